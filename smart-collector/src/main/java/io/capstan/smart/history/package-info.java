/** What disks reported over their lives, and how they ended. */
@NullMarked
package io.capstan.smart.history;

import org.jspecify.annotations.NullMarked;
