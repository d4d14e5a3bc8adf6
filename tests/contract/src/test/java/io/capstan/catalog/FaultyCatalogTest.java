package io.capstan.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.catalog.CatalogException.Reason;
import io.capstan.fakes.catalog.CatalogContract;
import io.capstan.fakes.catalog.FaultyCatalog;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The faulty catalog keeps the contract as long as it is told no faults, and then fails as told. */
class FaultyCatalogTest extends CatalogContract {

    private static final CatalogOptions OPTIONS =
            CatalogOptions.defaults().withSynchronousCommits(false);

    @TempDir Path faultyDirectory;

    private FaultyCatalog faulty;

    @Override
    protected Catalog open(Path directory) {
        return new FaultyCatalog(Catalog.open(directory, OPTIONS));
    }

    @BeforeEach
    void openFaulty() {
        faulty = new FaultyCatalog(Catalog.open(faultyDirectory, OPTIONS));
    }

    @AfterEach
    void closeFaulty() {
        faulty.close();
    }

    @Test
    void failsReadsAsOftenAsTold() {
        faulty.failReads(1, Reason.CORRUPT);

        assertFails(() -> has("name"), Reason.CORRUPT);
        assertThat(has("name")).isFalse();
    }

    @Test
    void failsChangesWithoutATrace() {
        faulty.failChanges(2, Reason.NO_SPACE);

        assertFails(() -> put("first"), Reason.NO_SPACE);
        assertThat(faulty.submit(transaction -> {})).isCompletedExceptionally();
        put("second");

        assertThat(has("first")).isFalse();
        assertThat(has("second")).isTrue();
    }

    @Test
    void losesAcknowledgements() {
        faulty.loseAcknowledgements(1, Reason.IO);

        assertFails(() -> put("first"), Reason.IO);
        put("second");

        assertThat(has("first")).isTrue();
        assertThat(has("second")).isTrue();
    }

    @Test
    void holdsChangesUntilReleased() {
        faulty.hold();
        var first = faulty.submit(transaction -> transaction.putParameters("x", new byte[] {1}));
        var second = faulty.submit(transaction -> transaction.putParameters("x", new byte[] {2}));
        assertThat(faulty.heldCount()).isEqualTo(2);
        assertThat(first).isNotDone();
        assertThat(has("x")).isFalse();

        faulty.release();
        first.join();
        second.join();
        byte[] value = faulty.read(view -> view.parameters("x")).orElseThrow();
        assertThat(value).containsExactly(2);
    }

    @Test
    void losesWhatIsHeldInACrash() {
        put("before");
        faulty.hold();
        var held = faulty.submit(transaction -> transaction.putParameters("held", new byte[0]));
        faulty.crash();

        assertThat(held).isCompletedExceptionally();
        assertFails(() -> has("before"), Reason.CLOSED);
        openFaulty();
        assertThat(has("before")).isTrue();
        assertThat(has("held")).isFalse();
    }

    private void put(String name) {
        faulty.commit(transaction -> transaction.putParameters(name, new byte[0]));
    }

    private boolean has(String name) {
        return faulty.read(view -> view.parameters(name).isPresent());
    }

    private static void assertFails(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Reason reason) {
        assertThatThrownBy(call)
                .isInstanceOf(CatalogException.class)
                .extracting(e -> ((CatalogException) e).reason())
                .isEqualTo(reason);
    }
}
