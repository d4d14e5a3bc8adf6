package io.capstan.scsi.spc;

/** The own commands of {@link TinyDeviceServer}. */
sealed interface TinyCommand {

    record Rewind(boolean immediate) implements TinyCommand {}

    record Read(int transferLengthBytes) implements TinyCommand {}

    record ReadAttribute(int allocationLengthBytes) implements TinyCommand {}

    record WriteAttribute(int parameterListLengthBytes) implements TinyCommand {}
}
