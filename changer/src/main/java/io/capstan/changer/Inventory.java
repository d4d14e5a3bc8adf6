package io.capstan.changer;

import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogView;
import io.capstan.catalog.ElementLocation;
import io.capstan.catalog.ElementRecord;
import io.capstan.changer.TransportRefusal.DestinationFull;
import io.capstan.changer.TransportRefusal.InvalidElementAddress;
import io.capstan.changer.TransportRefusal.SourceEmpty;
import io.capstan.format.VolumeIdentifier;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What the catalog says is in the elements of one library, and what is wrong with a move before anything is touched. */
final class Inventory {

    private final String library;
    private final Supplier<ElementAddressMap> currentAddresses;
    private final Catalog catalog;

    Inventory(String library, Supplier<ElementAddressMap> addresses, Catalog catalog) {
        this.library = library;
        this.currentAddresses = addresses;
        this.catalog = catalog;
    }

    ElementLocation location(int address) {
        return new ElementLocation(library, address);
    }

    Optional<ElementRecord> at(int address) {
        return catalog.read(view -> view.element(location(address)));
    }

    /** The lowest empty element of a type. */
    Optional<Integer> firstEmpty(ElementType type) {
        return catalog.read(view -> empty(view, type).findFirst());
    }

    /** All empty elements of a type, the lowest first. */
    List<Integer> empty(ElementType type) {
        return catalog.read(view -> empty(view, type).toList());
    }

    private Stream<Integer> empty(CatalogView view, ElementType type) {
        return currentAddresses
                .get()
                .addresses(type)
                .filter(address -> view.element(location(address)).isEmpty())
                .boxed();
    }

    /** What {@code describe} makes of each of some elements, all at one moment. */
    <T> List<T> map(IntStream wanted, Describer<T> describe) {
        return catalog.read(view ->
                wanted.mapToObj(address -> describe.of(address, content(view, address))).toList());
    }

    /** Makes one thing of an element and of what is in it. */
    @FunctionalInterface
    interface Describer<T> {
        T of(int address, Optional<ElementStatus.Content> content);
    }

    /** Cartridges in elements that this library does not have. */
    List<ElementRecord> stranded() {
        return outside(currentAddresses.get());
    }

    /** A cartridge that would be in no element if there were only those of a map. */
    Optional<ElementsOutcome> firstOutside(ElementAddressMap addresses) {
        return outside(addresses).stream()
                .findFirst()
                .map(element ->
                        new ElementsOutcome.Occupied(
                                element.location().address(), element.volume()));
    }

    private List<ElementRecord> outside(ElementAddressMap addresses) {
        return catalog.read(view ->
                view.elements(library).stream()
                        .filter(element ->
                                !holdsCartridges(addresses, element.location().address()))
                        .toList());
    }

    Optional<TransportRefusal> checkMove(int source, int destination) {
        return firstOf(
                invalid(source),
                invalid(destination),
                catalog.read(view -> firstOf(empty(view, source), full(view, destination))));
    }

    /** The source and the first destination have to be full; the second destination empty, or the source. */
    Optional<TransportRefusal> checkExchange(
            int source, int firstDestination, int secondDestination) {
        return firstOf(
                invalid(source),
                invalid(firstDestination),
                invalid(secondDestination),
                catalog.read(view ->
                        firstOf(
                                empty(view, source),
                                empty(view, firstDestination),
                                occupied(source == firstDestination, firstDestination),
                                occupied(firstDestination == secondDestination, secondDestination),
                                source == secondDestination
                                        ? Optional.empty()
                                        : full(view, secondDestination))));
    }

    private Optional<ElementStatus.Content> content(CatalogView view, int address) {
        return view.element(location(address))
                .map(element ->
                        new ElementStatus.Content(
                                element.volume(),
                                kind(view, element.volume()),
                                element.sourceElementAddress()));
    }

    private static MediumKind kind(CatalogView view, VolumeIdentifier volume) {
        return view.cartridge(volume).map(MediumKind::of).orElse(MediumKind.DATA);
    }

    private static boolean holdsCartridges(ElementAddressMap addresses, int address) {
        return addresses.typeOf(address).filter(ElementType::holdsCartridges).isPresent();
    }

    private Optional<TransportRefusal> invalid(int address) {
        return holdsCartridges(currentAddresses.get(), address)
                ? Optional.empty()
                : Optional.of(new InvalidElementAddress(address));
    }

    private Optional<TransportRefusal> empty(CatalogView view, int address) {
        return view.element(location(address)).isPresent()
                ? Optional.empty()
                : Optional.of(new SourceEmpty(address));
    }

    private Optional<TransportRefusal> full(CatalogView view, int address) {
        return occupied(view.element(location(address)).isPresent(), address);
    }

    private static Optional<TransportRefusal> occupied(boolean isOccupied, int address) {
        return isOccupied ? Optional.of(new DestinationFull(address)) : Optional.empty();
    }

    @SafeVarargs
    private static Optional<TransportRefusal> firstOf(Optional<TransportRefusal>... checks) {
        for (Optional<TransportRefusal> check : checks) {
            if (check.isPresent()) {
                return check;
            }
        }
        return Optional.empty();
    }
}
