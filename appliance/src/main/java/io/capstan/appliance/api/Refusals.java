package io.capstan.appliance.api;

import io.capstan.changer.ElementsOutcome;
import io.capstan.changer.InventoryOutcome;
import io.capstan.changer.TransportRefusal;
import io.capstan.scsi.AdditionalSense;

/** What an operator is told when a library refuses: the reason in the word that hosts are told it with. */
final class Refusals {

    private Refusals() {}

    static Problem of(TransportRefusal refusal) {
        return switch (refusal) {
            case TransportRefusal.InvalidElementAddress(int address) ->
                    Problem.ofSense(404, AdditionalSense.INVALID_ELEMENT_ADDRESS, refusal.reason());
            case TransportRefusal.SourceEmpty(int address) ->
                    conflict(AdditionalSense.MEDIUM_SOURCE_ELEMENT_EMPTY, refusal);
            case TransportRefusal.DestinationFull(int address) ->
                    conflict(AdditionalSense.MEDIUM_DESTINATION_ELEMENT_FULL, refusal);
            case TransportRefusal.RemovalPrevented(int address) ->
                    conflict(AdditionalSense.MEDIUM_REMOVAL_PREVENTED, refusal);
            case TransportRefusal.StationOpen(int address) ->
                    conflict(AdditionalSense.MEDIUM_MAGAZINE_NOT_ACCESSIBLE, refusal);
            case TransportRefusal.NotUnloaded(int address) ->
                    conflict(AdditionalSense.MEDIUM_MAGAZINE_NOT_ACCESSIBLE, refusal);
            case TransportRefusal.UnloadFailed(int address, String detail) ->
                    Problem.ofSense(500, AdditionalSense.UNLOAD_TAPE_FAILURE, refusal.reason());
            case TransportRefusal.LoadFailed(int address, String detail) ->
                    Problem.ofSense(
                            500, AdditionalSense.MEDIA_LOAD_OR_EJECT_FAILED, refusal.reason());
        };
    }

    static Problem of(InventoryOutcome.Refusal refusal) {
        return switch (refusal) {
            case InventoryOutcome.VolumeUnknown(var volume) ->
                    Problem.notFound("UNKNOWN_CARTRIDGE", refusal.reason());
            case InventoryOutcome.InTransit(var volume) ->
                    Problem.conflict("IN_TRANSIT", refusal.reason());
            case InventoryOutcome.VolumeElsewhere(var volume, var location) ->
                    Problem.conflict("CARTRIDGE_IN_ELEMENT", refusal.reason());
            case InventoryOutcome.NoEmptyElement(var type) ->
                    conflict(AdditionalSense.MEDIUM_DESTINATION_ELEMENT_FULL, refusal.reason());
        };
    }

    static Problem of(ElementsOutcome.Refusal refusal) {
        return switch (refusal) {
            case ElementsOutcome.Occupied(int address, var volume) ->
                    Problem.conflict("ELEMENT_OCCUPIED", refusal.reason());
            case ElementsOutcome.NoRoom(String reason) ->
                    Problem.conflict("NO_SUCH_ELEMENTS", reason);
        };
    }

    private static Problem conflict(AdditionalSense sense, TransportRefusal refusal) {
        return conflict(sense, refusal.reason());
    }

    private static Problem conflict(AdditionalSense sense, String detail) {
        return Problem.ofSense(409, sense, detail);
    }
}
