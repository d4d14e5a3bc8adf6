package io.capstan.medium;

/**
 * A position with all that is counted up to it.
 *
 * @param objectNumber objects of the partition before it
 * @param fileNumber filemarks among them
 * @param byteNumber bytes of stored data in them
 */
record Place(int partition, long objectNumber, long fileNumber, long byteNumber) {

    Place behindBlock(int lengthBytes) {
        return new Place(partition, objectNumber + 1, fileNumber, byteNumber + lengthBytes);
    }

    Place behindFilemark() {
        return new Place(partition, objectNumber + 1, fileNumber + 1, byteNumber);
    }

    MediumPosition position() {
        return new MediumPosition(partition, objectNumber, fileNumber);
    }
}
