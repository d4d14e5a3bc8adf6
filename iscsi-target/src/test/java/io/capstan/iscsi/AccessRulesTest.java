package io.capstan.iscsi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** V24: who is told of a target that is hidden. */
class AccessRulesTest {

    private static final ChapUser USER =
            new ChapUser("acme", "a secret of acme".getBytes(StandardCharsets.UTF_8));

    @Test
    void aHiddenTargetIsShownToItsOwnUsersAlone() {
        AccessRules rules = new AccessRules(Set.of(), List.of(USER), Optional.empty(), true);
        assertThat(rules.isShownTo("iqn.2026-01.org.acme", "acme")).isTrue();
        assertThat(rules.isShownTo("iqn.2026-01.org.acme", "bolt")).isFalse();
        assertThat(rules.isShownTo("iqn.2026-01.org.acme", "")).isFalse();
    }

    @Test
    void aHiddenTargetWithoutUsersIsShownToItsInitiators() {
        AccessRules rules =
                new AccessRules(Set.of("iqn.2026-01.org.acme"), List.of(), Optional.empty(), true);
        assertThat(rules.isShownTo("iqn.2026-01.org.acme", "")).isTrue();
        assertThat(rules.isShownTo("iqn.2026-01.org.bolt", "")).isFalse();
    }

    @Test
    void othersAreShownToWhomTheyAdmit() {
        AccessRules rules = new AccessRules(Set.of(), List.of(USER), Optional.empty());
        assertThat(rules.isShownTo("iqn.2026-01.org.bolt", "")).isTrue();
    }
}
