package io.capstan.changer;

import io.capstan.format.VolumeIdentifier;

/** What became of changing which elements a library has. Unless it is {@link Changed}, all is as it was. */
public sealed interface ElementsOutcome {

    /** The elements are there, or gone, and hosts are being told. */
    record Changed() implements ElementsOutcome {}

    /** Why not. */
    sealed interface Refusal extends ElementsOutcome {

        /** One sentence for the operator. */
        String reason();
    }

    /** An element that was to go holds a cartridge. */
    record Occupied(int address, VolumeIdentifier volume) implements Refusal {

        @Override
        public String reason() {
            return "element %d holds cartridge %s: move it first".formatted(address, volume);
        }
    }

    /** The library cannot have that many, or has none to take away. */
    record NoRoom(String reason) implements Refusal {}
}
