package io.capstan.changer;

import io.capstan.catalog.ElementLocation;
import io.capstan.format.VolumeIdentifier;

/** What became of bringing a cartridge into a library, or taking one out. */
public sealed interface InventoryOutcome
        permits InventoryOutcome.Changed, InventoryOutcome.Refusal, TransportRefusal {

    /**
     * It is done and on stable storage.
     *
     * @param address the element that was filled or emptied
     */
    record Changed(VolumeIdentifier volume, int address) implements InventoryOutcome {}

    /** Nothing has changed, for a reason that moving within a library does not know. */
    sealed interface Refusal extends InventoryOutcome {

        /** One sentence for the operator. */
        String reason();
    }

    /** There is no such cartridge, or only its tombstone. */
    record VolumeUnknown(VolumeIdentifier volume) implements Refusal {

        @Override
        public String reason() {
            return "there is no cartridge " + volume;
        }
    }

    /** The cartridge is on its way from one library to another, and a job has it in its care. */
    record InTransit(VolumeIdentifier volume) implements Refusal {

        @Override
        public String reason() {
            return "cartridge " + volume + " is in transit";
        }
    }

    /** The cartridge is in an element already. */
    record VolumeElsewhere(VolumeIdentifier volume, ElementLocation location) implements Refusal {

        @Override
        public String reason() {
            return "cartridge %s is in element %d of library %s"
                    .formatted(volume, location.address(), location.library());
        }
    }

    /** Every element of the wanted type is full. */
    record NoEmptyElement(ElementType type) implements Refusal {

        @Override
        public String reason() {
            return switch (type) {
                case STORAGE -> "no storage element is empty";
                case IMPORT_EXPORT -> "no import/export element is empty";
                case DATA_TRANSFER, MEDIUM_TRANSPORT -> "no element of that type is empty";
            };
        }
    }
}
