package dev.headrace.testing.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

class S3ServerTest {
    @TempDir
    Path folder;

    @Test
    void it_keeps_its_data_over_a_restart_and_lists_only_what_is_whole() throws Exception {
        try (S3Server server = S3Server.start(folder, "bucket");
                S3Client client = S3Client.builder()
                        .endpointOverride(server.endpoint())
                        .region(Region.of(S3Server.REGION))
                        .forcePathStyle(true)
                        .credentialsProvider(StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(S3Server.ACCESS_KEY, S3Server.SECRET_KEY)))
                        .build()) {
            client.putObject(b -> b.bucket("bucket").key("a/b"), RequestBody.fromString("text"));
            server.stop();
            server.start();
            assertThat(client.getObjectAsBytes(b -> b.bucket("bucket").key("a/b"))
                            .asUtf8String())
                    .isEqualTo("text");
            Files.writeString(folder.resolve("bucket/a/c-" + UUID.randomUUID()), "being written");
            assertThat(client.listObjectsV2(b -> b.bucket("bucket")).contents().stream()
                            .map(o -> o.key())
                            .toList())
                    .isEqualTo(List.of("a/b"));
        }
    }
}
