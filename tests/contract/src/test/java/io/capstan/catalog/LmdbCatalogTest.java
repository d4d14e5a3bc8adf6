package io.capstan.catalog;

import io.capstan.fakes.catalog.CatalogContract;
import java.nio.file.Path;

/** The catalog keeps its contract. */
class LmdbCatalogTest extends CatalogContract {

    @Override
    protected Catalog open(Path directory) {
        return Catalog.open(directory, CatalogOptions.defaults().withSynchronousCommits(false));
    }
}
