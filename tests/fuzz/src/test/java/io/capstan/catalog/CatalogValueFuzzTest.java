package io.capstan.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Signed entries of each of the catalog's databases: they say the same when they are written, or are refused as damaged. */
class CatalogValueFuzzTest {

    private static final List<Descriptor<?>> DESCRIPTORS =
            List.of(
                    CartridgeDescriptor.INSTANCE,
                    ElementDescriptor.INSTANCE,
                    CartridgeElementDescriptor.INSTANCE,
                    ContainerDescriptor.INSTANCE,
                    RunDescriptor.INSTANCE,
                    FilemarkDescriptor.INSTANCE,
                    ChunkDescriptor.INSTANCE,
                    ChunkStateDescriptor.INSTANCE,
                    AuditDescriptor.INSTANCE,
                    NamedValueDescriptor.META,
                    NamedValueDescriptor.IDENTITIES,
                    NamedValueDescriptor.PARAMETERS);

    @FuzzTest(maxDuration = "2m")
    void readsOrRefuses(FuzzedDataProvider input) {
        Descriptor<?> descriptor = input.pickValue(DESCRIPTORS);
        byte[] key = input.consumeBytes(input.consumeInt(0, 80));
        byte[] body = input.consumeBytes(input.consumeInt(0, 400));
        readOrRefuse(descriptor, key, signed(key, body));
    }

    private static <R> void readOrRefuse(Descriptor<R> descriptor, byte[] key, byte[] value) {
        try {
            R record = descriptor.decode(key, value);

            assertThat(descriptor.key(record)).isEqualTo(key);
            byte[] written = descriptor.value(record);
            assertThat(descriptor.value(descriptor.decode(key, written))).isEqualTo(written);
        } catch (CatalogException refused) {
            assertThat(refused.reason()).isEqualTo(CatalogException.Reason.CORRUPT);
        }
    }

    private static byte[] signed(byte[] key, byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(body);
        byte[] value = Arrays.copyOf(body, body.length + 4);
        ByteBuffer.wrap(value).putInt(body.length, (int) crc.getValue());
        return value;
    }
}
