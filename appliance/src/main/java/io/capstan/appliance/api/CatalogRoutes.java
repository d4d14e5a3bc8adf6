package io.capstan.appliance.api;

import io.capstan.appliance.node.Node;
import io.capstan.catalog.Catalog;
import io.capstan.catalog.CatalogStatistics;
import io.capstan.catalog.NodeIdentity;
import io.capstan.store.StoreException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The catalog's own health. */
final class CatalogRoutes {

    private final Node node;

    CatalogRoutes(Node node) {
        this.node = node;
    }

    List<Route> routes() {
        return List.of(
                Route.get(
                        "/v1/catalog/check",
                        "checkCatalog",
                        "Looks for damage in the catalog, and compares it with chunk and label files.",
                        Documents.CatalogFindings.class,
                        call -> check()),
                Route.get(
                        "/v1/catalog/statistics",
                        "showCatalogStatistics",
                        "How full the catalog is.",
                        Documents.CatalogStatistics.class,
                        call -> statistics()));
    }

    private Documents.CatalogFindings check() throws StoreException {
        return new Documents.CatalogFindings(
                node.storage().check().stream()
                        .map(finding ->
                                new Documents.Finding(
                                        finding.severity().name().toLowerCase(Locale.ROOT),
                                        finding.subject(),
                                        finding.text()))
                        .toList());
    }

    private Documents.CatalogStatistics statistics() {
        Catalog catalog = node.storage().catalog();
        NodeIdentity identity = catalog.node();
        CatalogStatistics statistics = catalog.read(view -> view.statistics());
        return new Documents.CatalogStatistics(
                identity.nodeId().toString(),
                identity.schemaVersion(),
                Instant.ofEpochMilli(identity.createdEpochMillis()).toString(),
                statistics.mapSizeBytes(),
                statistics.usedPages() * statistics.pageSizeBytes(),
                statistics.entriesByDatabase());
    }
}
