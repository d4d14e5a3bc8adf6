package io.capstan.medium;

import io.capstan.catalog.RunHead;
import java.util.List;

/** What the next commit takes away before it adds anything. */
sealed interface Cut {

    /** Ends the data of one partition. */
    record Truncation(int partition, long fromObject, RunHead head) implements Cut {}

    /** Begins a new generation, which empties all partitions in constant time. */
    record NewGeneration(List<Long> partitionCapacitiesBytes) implements Cut {}
}
