/**
 * What the conformance tests reach logical units over: system property {@code capstan.conformance.transport}, {@code
 * direct}, {@code iscsi} or {@code tcmu} (a ring in memory). Tests that are about something else than what arrives at an initiator are tagged {@code
 * direct}.
 */
@NullMarked
package io.capstan.conformance.transport;

import org.jspecify.annotations.NullMarked;
