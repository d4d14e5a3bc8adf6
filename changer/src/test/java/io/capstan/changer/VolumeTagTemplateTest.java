package io.capstan.changer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.format.VolumeIdentifier;
import io.capstan.scsi.spc.CheckConditionException;
import io.capstan.scsi.spc.ParameterListReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VolumeTagTemplateTest {

    @ParameterizedTest
    @CsvSource({
        "CAP001L8, CAP001L8, true",
        "CAP001L8, CAP001L9, false",
        "CAP001L8, CAP001L, false",
        "CAP001,   CAP001L8, false",
        "CAP*,     CAP001L8, true",
        "CAP*,     CAP, true",
        "*,        X, true",
        "CAP00?L8, CAP007L8, true",
        "CAP00?L8, CAP017L8, false",
        "????????, CAP001L8, true",
        "???????,  CAP001L8, false",
        "CAP001L8*, CAP001L8, true",
        "?AP*,     CAP1, true",
        "CAP*L9,   CAP001L8, true",
    })
    void wildcards(String template, String volume, boolean matches) {
        assertThat(template(template, 0, 0).matches(new VolumeIdentifier(volume), true))
                .isEqualTo(matches);
    }

    @Test
    void theSequenceNumberIsZero() {
        VolumeIdentifier volume = new VolumeIdentifier("A");

        assertThat(template("A", 0, 0xFFFF).matches(volume, true)).isTrue();
        assertThat(template("A", 1, 0xFFFF).matches(volume, true)).isFalse();
        assertThat(template("A", 1, 0xFFFF).matches(volume, false)).isTrue();
    }

    @Test
    void aShortListIsRefused() {
        assertThatThrownBy(() -> VolumeTagTemplate.of(ParameterListReader.of(new byte[39])))
                .isInstanceOf(CheckConditionException.class);
    }

    private static VolumeTagTemplate template(String text, int sequenceMin, int sequenceMax) {
        byte[] list = new byte[VolumeTagTemplate.PARAMETER_LIST_BYTES];
        Arrays.fill(list, 0, 32, (byte) ' ');
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(ascii, 0, list, 0, ascii.length);
        list[34] = (byte) (sequenceMin >> 8);
        list[35] = (byte) sequenceMin;
        list[38] = (byte) (sequenceMax >> 8);
        list[39] = (byte) sequenceMax;
        return VolumeTagTemplate.of(ParameterListReader.of(list));
    }
}
