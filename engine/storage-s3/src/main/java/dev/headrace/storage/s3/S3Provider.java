package dev.headrace.storage.s3;

import dev.headrace.api.error.UserError;
import dev.headrace.api.storage.ObjectStore;
import dev.headrace.api.storage.StorageProvider;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Storage under {@code s3://bucket/prefix}, at any endpoint. What the settings leave open (credentials, region, endpoint) is
 * read as AWS's own tools read it: {@code AWS_ACCESS_KEY_ID}, {@code AWS_REGION}, {@code AWS_ENDPOINT_URL_S3} and so on.
 */
public final class S3Provider implements StorageProvider {
    /** Where each of these is set, for messages. */
    static final String CREDENTIALS =
            "the credentials (s3.access-key and s3.secret-key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY)";

    static final String ENDPOINT = "the address (s3.endpoint, or AWS_ENDPOINT_URL_S3)";
    static final String REGION = "the region (s3.region, or AWS_REGION)";

    @Override
    public String scheme() {
        return "s3";
    }

    @Override
    public ObjectStore open(String uri, Map<String, String> settings) {
        URI parsed = parsed(uri);
        String bucket = parsed.getHost() == null ? parsed.getAuthority() : parsed.getHost();
        if (bucket == null || bucket.isEmpty()) {
            throw UserError.request("'" + uri + "' names no bucket; write s3://bucket/prefix");
        }
        String path = parsed.getPath() == null ? "" : parsed.getPath();
        String prefix = path.replaceFirst("^/+", "").replaceFirst("/+$", "");
        return new S3Store(client(uri, settings), bucket, prefix.isEmpty() ? "" : prefix + "/");
    }

    private static URI parsed(String uri) {
        try {
            return new URI(uri.replaceFirst("^s3a:", "s3:"));
        } catch (URISyntaxException e) {
            throw UserError.request("'" + uri + "' is no address of objects: " + e.getReason() + " at place "
                    + (e.getIndex() + 1) + "; write s3://bucket/prefix");
        }
    }

    private static URI endpoint(String uri, String endpoint) {
        try {
            URI parsed = new URI(endpoint);
            if (parsed.getHost() != null && parsed.getScheme().matches("https?")) {
                return parsed;
            }
        } catch (URISyntaxException e) {
            // It is told below, as what lacks a scheme.
        }
        throw UserError.request("cannot open '" + uri + "': " + ENDPOINT + " is '" + endpoint
                + "'; write it with its scheme, as http://host:9000");
    }

    private static S3Client client(String uri, Map<String, String> settings) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(5))
                        .socketTimeout(Duration.ofSeconds(15))
                        .maxConnections(32))
                // Servers other than AWS's do not know the newer checksums.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
        String endpoint = settings.getOrDefault("endpoint", environment("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"));
        if (!endpoint.isEmpty()) {
            builder.endpointOverride(endpoint(uri, endpoint));
        }
        boolean pathStyle = Boolean.parseBoolean(settings.getOrDefault(
                "path-style-access", Boolean.toString(!endpoint.isEmpty() && !isOfAws(endpoint))));
        builder.forcePathStyle(pathStyle);
        String region = settings.getOrDefault("region", environment("AWS_REGION", "AWS_DEFAULT_REGION"));
        if (!region.isEmpty() || !endpoint.isEmpty()) {
            builder.region(Region.of(region.isEmpty() ? "us-east-1" : region));
        }
        if (settings.containsKey("access-key") && settings.containsKey("secret-key")) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(settings.get("access-key"), settings.get("secret-key"))));
        }
        try {
            return builder.build();
        } catch (SdkClientException e) {
            throw UserError.request("cannot open '" + uri + "': S3 needs to know "
                    + (e.getMessage().contains("region") ? REGION : CREDENTIALS) + "; set it");
        }
    }

    /** Only AWS is sure to know a bucket by its host name. */
    private static boolean isOfAws(String endpoint) {
        String host = URI.create(endpoint).getHost();
        return host != null && (host.endsWith(".amazonaws.com") || host.endsWith(".amazonaws.com.cn"));
    }

    private static String environment(String first, String second) {
        String value = System.getenv(first);
        String other = System.getenv(second);
        return value != null ? value : other != null ? other : "";
    }
}
