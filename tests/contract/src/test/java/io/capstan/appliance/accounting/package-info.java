/** What data costs, worked out from a catalog that the tests write. */
package io.capstan.appliance.accounting;
