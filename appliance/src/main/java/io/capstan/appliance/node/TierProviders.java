package io.capstan.appliance.node;

import io.capstan.config.S3Settings;
import io.capstan.config.TierSettings;
import io.capstan.tier.DirectoryTier;
import io.capstan.tier.LateTier;
import io.capstan.tier.TierException;
import io.capstan.tier.TierProvider;
import io.capstan.tier.VaultTier;
import io.capstan.tier.s3.S3Options;
import io.capstan.tier.s3.S3Tier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/** Makes what the configuration says of tiers into tiers. */
final class TierProviders {

    private TierProviders() {}

    /** What a tier's mark has to say. */
    static String identity(TierSettings settings, UUID nodeId) {
        return "%s of node %s".formatted(settings.name(), nodeId);
    }

    /** Under which the catalog has that, once the tier was begun with. */
    static String identityName(TierSettings settings) {
        return "tier/" + settings.name() + "/identity";
    }

    /**
     * A tier, which nothing was asked of yet.
     *
     * @param beginning called before a tier that is opened late is used
     */
    static TierProvider of(
            TierSettings settings,
            String identity,
            InstantSource clock,
            LateTier.Beginning beginning) {
        return switch (settings.kind()) {
            case DIRECTORY -> new DirectoryTier(settings.directory(), identity);
            case VAULT ->
                    new VaultTier(
                            settings.directory(),
                            identity,
                            new VaultTier.Options(
                                    1000L * settings.delaySeconds(),
                                    1000L * settings.batchSeconds(),
                                    3_600_000L * settings.recalledHours()),
                            clock);
            case S3 -> {
                S3Options options = options(settings.s3().orElseThrow());
                yield new LateTier(
                        options.storageClass().isArchival(),
                        options.recallDelay().toMillis(),
                        () -> openS3(options, identity, clock),
                        beginning);
            }
        };
    }

    /** Apart, so that a node without such a tier loads nothing of what it takes. */
    private static TierProvider openS3(S3Options options, String identity, InstantSource clock)
            throws TierException {
        return S3Tier.open(options, identity, clock);
    }

    private static S3Options options(S3Settings s3) {
        return new S3Options(
                s3.bucket(),
                s3.prefix(),
                s3.region(),
                s3.endpoint(),
                s3.pathStyle(),
                s3.credentialsFile(),
                S3Options.StorageClass.valueOf(s3.storageClass().name()),
                S3Options.Retrieval.valueOf(s3.retrieval().name()),
                s3.recalledDays(),
                Duration.ofSeconds(s3.pollSeconds()),
                s3.partBytes(),
                Duration.ofSeconds(s3.timeoutSeconds()),
                s3.readBack(),
                s3.lockMode()
                        .map(mode ->
                                new S3Options.Lock(
                                        mode == S3Settings.LockMode.COMPLIANCE, s3.lockDays())));
    }
}
