package io.capstan.tier;

import io.capstan.catalog.CatalogTransaction;
import io.capstan.catalog.JobRecord;
import java.util.Optional;
import java.util.function.Consumer;

/** Puts cartridges whose data is where it is to be into their element. Whoever runs libraries implements it. */
@FunctionalInterface
public interface Delivery {

    /**
     * Puts the cartridge of a job into the element that the job says: into that one, or an empty storage element of its
     * library. One that comes back because its job was cancelled may go into any storage element if its own was taken.
     *
     * @param alongWith to be made in the same transaction, before the cartridge is put into the element
     * @return empty once it is there; why not, in words for an operator, if it has to wait
     */
    Optional<String> deliver(JobRecord job, Consumer<CatalogTransaction> alongWith);
}
