package io.capstan.changer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ElementAddressMapTest {

    @Test
    void everyAddressIsOfOneTypeOrNone() {
        ElementAddressMap map = ChangerPersonality.named("stk-l700").addressMap(40, 4, 4);

        assertThat(map.typeOf(0)).isEmpty();
        assertThat(map.typeOf(1)).contains(ElementType.MEDIUM_TRANSPORT);
        assertThat(map.typeOf(2)).isEmpty();
        assertThat(map.typeOf(13)).contains(ElementType.IMPORT_EXPORT);
        assertThat(map.typeOf(14)).isEmpty();
        assertThat(map.typeOf(500)).contains(ElementType.DATA_TRANSFER);
        assertThat(map.typeOf(503)).contains(ElementType.DATA_TRANSFER);
        assertThat(map.typeOf(504)).isEmpty();
        assertThat(map.typeOf(1039)).contains(ElementType.STORAGE);
        assertThat(map.typeOf(1040)).isEmpty();
        assertThat(map.addresses()).hasSize(49).isSorted();
    }

    @Test
    void everyPersonalityHasRoomForAThousandSlotsAndSixtyFourDrives() {
        for (String name : ChangerPersonality.names()) {
            ElementAddressMap map = ChangerPersonality.named(name).addressMap(1000, 40, 64);
            assertThat(map.addresses()).as(name).hasSize(1105).doesNotHaveDuplicates();
        }
    }

    @Test
    void tooManyElementsAreRefused() {
        ChangerPersonality personality = ChangerPersonality.named("stk-l700");

        assertThatThrownBy(() -> personality.addressMap(10, 491, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too many elements");
        assertThatThrownBy(() -> personality.addressMap(64537, 0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("do not fit");
        assertThat(personality.addressMap(64536, 490, 500).addresses()).hasSize(65527);
    }

    @Test
    void noRangeMayBeMissingOrTwice() {
        ElementRange storage = new ElementRange(ElementType.STORAGE, 10, 5);

        assertThatThrownBy(() -> new ElementAddressMap(List.of(storage)))
                .hasMessageContaining("no range");
        assertThatThrownBy(() -> new ElementAddressMap(List.of(storage, storage)))
                .hasMessageContaining("two ranges");
    }
}
