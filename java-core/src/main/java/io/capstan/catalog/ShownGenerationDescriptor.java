package io.capstan.catalog;

import io.capstan.format.VolumeIdentifier;

/**
 * A generation that a cartridge shows. Key: that cartridge's volume identifier's characters. Body, version 1:
 *
 * <pre>
 *   container    16
 *   generation    8
 *   volume           string: volume identifier of the cartridge whose generation it is
 * </pre>
 */
final class ShownGenerationDescriptor extends Descriptor<ShownGeneration> {

    static final ShownGenerationDescriptor INSTANCE = new ShownGenerationDescriptor();

    private ShownGenerationDescriptor() {
        super(Database.SHOWN_GENERATIONS, 1);
    }

    @Override
    byte[] key(ShownGeneration shown) {
        return CartridgeDescriptor.key(shown.shownAs());
    }

    @Override
    void writeBody(ShownGeneration shown, Bytes body) {
        body.container(shown.container()).u64(shown.generation()).string(shown.volume().text());
    }

    @Override
    ShownGeneration read(Fields key, Fields body, int version) {
        VolumeIdentifier shownAs = new VolumeIdentifier(key.asciiToEnd());
        var container = body.container();
        long generation = body.u64();
        return new ShownGeneration(
                shownAs, new VolumeIdentifier(body.string()), container, generation);
    }
}
