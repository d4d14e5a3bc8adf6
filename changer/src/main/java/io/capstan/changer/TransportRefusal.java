package io.capstan.changer;

/**
 * Why cartridges were not moved. Each is the same reason to a host, as sense data, and to an operator, in words. Unless
 * the description says otherwise, every cartridge is where it was.
 */
public sealed interface TransportRefusal extends TransportOutcome, InventoryOutcome {

    /** One sentence for the operator. */
    String reason();

    /** There is no such element, or it is not one for this purpose. */
    record InvalidElementAddress(int address) implements TransportRefusal {

        @Override
        public String reason() {
            return "element " + address + " does not exist or cannot be used for this";
        }
    }

    record SourceEmpty(int address) implements TransportRefusal {

        @Override
        public String reason() {
            return "element " + address + " is empty";
        }
    }

    record DestinationFull(int address) implements TransportRefusal {

        @Override
        public String reason() {
            return "element " + address + " is full";
        }
    }

    /** A host prevents removal: of the cartridge in a drive, or, for import and export, from the library. */
    record RemovalPrevented(int address) implements TransportRefusal {

        @Override
        public String reason() {
            return "a host prevents medium removal from element " + address;
        }
    }

    /** The import/export station is open, so that the medium transport cannot get at its elements. */
    record StationOpen(int address) implements TransportRefusal {

        @Override
        public String reason() {
            return "the import/export station with element " + address + " is open";
        }
    }

    /** This library does not take a cartridge out of a drive before a host has unloaded it. */
    record NotUnloaded(int address) implements TransportRefusal {

        @Override
        public String reason() {
            return "the drive in element " + address + " has not unloaded its cartridge";
        }
    }

    /** The drive did not release its cartridge. */
    record UnloadFailed(int address, String detail) implements TransportRefusal {

        @Override
        public String reason() {
            return "the drive in element %d did not unload: %s".formatted(address, detail);
        }
    }

    /**
     * The drive did not take the cartridge. Cartridges were carried back to where they came from; if that failed too, each
     * is in the element the catalog says, and a drive element that holds one it has not loaded reports an exception.
     */
    record LoadFailed(int address, String detail) implements TransportRefusal {

        @Override
        public String reason() {
            return "the drive in element %d did not load: %s".formatted(address, detail);
        }
    }
}
