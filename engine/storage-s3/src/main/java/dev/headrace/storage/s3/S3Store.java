package dev.headrace.storage.s3;

import dev.headrace.api.storage.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Objects under a prefix of a bucket. {@link #create} is a PUT with {@code If-None-Match: *}. An upload is a multipart one,
 * completed by its id and the tags of its parts, which its token holds. A request that fails because the server is away or
 * busy is tried again for {@link #PATIENCE_NANOS}, or, as long as the server has never answered, {@link
 * #FIRST_PATIENCE_NANOS}: then the address may be wrong.
 */
final class S3Store implements ObjectStore {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final long FIRST_PATIENCE_NANOS = 10_000_000_000L;
    private static final long FIRST_WAIT_NANOS = 100_000_000L;
    private static final long LONGEST_WAIT_NANOS = 2_000_000_000L;
    private static final int DELETED_AT_ONCE = 1000;
    private static final int PART_BYTES = 8 << 20;
    private static final int PRECONDITION_FAILED = 412;
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final int CONFLICT = 409;

    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private volatile boolean answered;

    S3Store(S3Client client, String bucket, String prefix) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
    }

    @Override
    public String uri() {
        return "s3://" + bucket + (prefix.isEmpty() ? "" : "/" + prefix.substring(0, prefix.length() - 1));
    }

    private String key(String name) {
        return prefix + name;
    }

    /** Carries out a request, again if the server is away or busy. */
    private <T> T request(String what, String name, Supplier<T> request) throws IOException {
        long started = System.nanoTime();
        long wait = FIRST_WAIT_NANOS;
        while (true) {
            try {
                T answer = request.get();
                answered = true;
                return answer;
            } catch (SdkException e) {
                answered |= e instanceof S3Exception;
                long patience = answered ? PATIENCE_NANOS : FIRST_PATIENCE_NANOS;
                if (!mayPass(e) || System.nanoTime() - started > patience) {
                    throw new IOException("cannot " + what + " " + name + " in " + uri() + ": " + reason(e), e);
                }
                LockSupport.parkNanos(wait);
                wait = Math.min(wait * 2, LONGEST_WAIT_NANOS);
            }
        }
    }

    /** Whether the same request may succeed later: the server is busy, or the network is the trouble. */
    private static boolean mayPass(SdkException e) {
        return switch (e) {
            case S3Exception s3 -> s3.statusCode() >= 500 || s3.statusCode() == 429;
            case SdkClientException _ -> isOfNetwork(e);
            default -> false;
        };
    }

    private static boolean isOfNetwork(Throwable e) {
        Throwable cause = e;
        while (cause != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        return cause != null || e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException;
    }

    private static String reason(SdkException e) {
        if (e instanceof S3Exception s3) {
            String code = s3.awsErrorDetails() == null
                    ? ""
                    : " " + s3.awsErrorDetails().errorCode();
            return s3.statusCode()
                    + code
                    + switch (s3.statusCode()) {
                        case 401, 403 -> "; check " + S3Provider.CREDENTIALS + ", and what they allow";
                        case 404 -> "; check the bucket's name, and create it if it is not there";
                        case 301, 307 -> "; check " + S3Provider.REGION;
                        default -> "";
                    };
        }
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        String said = message.lines().findFirst().orElse("");
        return isOfNetwork(e)
                ? said + "; check " + S3Provider.ENDPOINT + ", and that a server is there"
                : said.startsWith("Unable to load credentials")
                        ? "there are no credentials; set " + S3Provider.CREDENTIALS
                        : said;
    }

    @Override
    public void put(String name, byte[] bytes, int offset, int length) throws IOException {
        // RequestBody.fromBytes would copy them, and they may be many.
        RequestBody body = RequestBody.fromContentProvider(
                () -> new ByteArrayInputStream(bytes, offset, length), length, "application/octet-stream");
        request("write", name, () -> client.putObject(r -> r.bucket(bucket).key(key(name)), body));
    }

    @Override
    public boolean create(String name, byte[] bytes) throws IOException {
        return request("create", name, () -> {
            try {
                client.putObject(r -> r.bucket(bucket).key(key(name)).ifNoneMatch("*"), RequestBody.fromBytes(bytes));
                return true;
            } catch (S3Exception e) {
                if (e.statusCode() == PRECONDITION_FAILED || e.statusCode() == CONFLICT) {
                    return false;
                }
                throw e;
            }
        });
    }

    @Override
    public Optional<byte[]> get(String name) throws IOException {
        return request("read", name, () -> {
            try {
                return Optional.of(client.getObjectAsBytes(r -> r.bucket(bucket).key(key(name)))
                        .asByteArray());
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            }
        });
    }

    @Override
    public byte[] get(String name, long offset, int length) throws IOException {
        if (length == 0) {
            return new byte[0];
        }
        return request(
                "read",
                name,
                () -> client.getObjectAsBytes(r ->
                                r.bucket(bucket).key(key(name)).range("bytes=" + offset + "-" + (offset + length - 1)))
                        .asByteArray());
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        GetObjectRequest.Builder wanted =
                GetObjectRequest.builder().bucket(bucket).key(key(name));
        if (offset > 0) {
            wanted.range("bytes=" + offset + "-");
        }
        return request("open", name, () -> {
            try {
                return client.getObject(wanted.build());
            } catch (S3Exception e) {
                if (e.statusCode() == RANGE_NOT_SATISFIABLE && isLength(name, offset)) {
                    return InputStream.nullInputStream();
                }
                throw e;
            }
        });
    }

    private boolean isLength(String name, long offset) {
        return client.headObject(r -> r.bucket(bucket).key(key(name))).contentLength() == offset;
    }

    @Override
    public List<Entry> list(String namePrefix) throws IOException {
        return request("list", namePrefix, () -> {
            List<Entry> entries = new ArrayList<>();
            client.listObjectsV2Paginator(r -> r.bucket(bucket).prefix(key(namePrefix)))
                    .contents()
                    .forEach(o -> entries.add(new Entry(
                            o.key().substring(prefix.length()),
                            o.size(),
                            o.lastModified().toEpochMilli())));
            entries.sort(java.util.Comparator.comparing(Entry::name));
            return entries;
        });
    }

    @Override
    public void delete(List<String> names) throws IOException {
        for (int from = 0; from < names.size(); from += DELETED_AT_ONCE) {
            List<ObjectIdentifier> keys = names.subList(from, Math.min(names.size(), from + DELETED_AT_ONCE)).stream()
                    .map(n -> ObjectIdentifier.builder().key(key(n)).build())
                    .toList();
            request(
                    "delete",
                    names.get(from),
                    () -> client.deleteObjects(
                            r -> r.bucket(bucket).delete(d -> d.objects(keys).quiet(true))));
        }
    }

    @Override
    public Upload upload(String name) throws IOException {
        String id = request(
                "start",
                name,
                () -> client.createMultipartUpload(r -> r.bucket(bucket).key(key(name)))
                        .uploadId());
        return new PartUpload(name, id);
    }

    private final class PartUpload implements Upload {
        private final String name;
        private final String id;
        private final ByteArrayOutputStream part = new ByteArrayOutputStream();
        private final List<String> tags = new ArrayList<>();
        private long written;
        private boolean prepared;

        PartUpload(String name, String id) {
            this.name = name;
            this.id = id;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            part.write(bytes, offset, length);
            written += length;
            if (part.size() >= PART_BYTES) {
                sendPart();
            }
        }

        private void sendPart() throws IOException {
            byte[] body = part.toByteArray();
            int number = tags.size() + 1;
            tags.add(request(
                    "write",
                    name,
                    () -> client.uploadPart(
                                    r -> r.bucket(bucket)
                                            .key(key(name))
                                            .uploadId(id)
                                            .partNumber(number),
                                    RequestBody.fromBytes(body))
                            .eTag()));
            part.reset();
        }

        @Override
        public long written() {
            return written;
        }

        @Override
        public String prepare() throws IOException {
            if (part.size() > 0 || tags.isEmpty()) {
                sendPart();
            }
            prepared = true;
            return name + "\n" + id + "\n" + String.join("\n", tags);
        }

        @Override
        public void close() {
            if (!prepared) {
                try {
                    client.abortMultipartUpload(
                            r -> r.bucket(bucket).key(key(name)).uploadId(id));
                } catch (SdkException e) {
                    // Left for abortUploads of a later run.
                }
            }
        }
    }

    @Override
    public void complete(String token) throws IOException {
        String[] lines = token.split("\n");
        List<CompletedPart> parts = new ArrayList<>();
        for (int i = 2; i < lines.length; i++) {
            int number = i - 1;
            parts.add(CompletedPart.builder().partNumber(number).eTag(lines[i]).build());
        }
        request("complete", lines[0], () -> {
            try {
                client.completeMultipartUpload(r ->
                        r.bucket(bucket).key(key(lines[0])).uploadId(lines[1]).multipartUpload(u -> u.parts(parts)));
            } catch (NoSuchUploadException e) {
                // Completed before, unless the object is not there: then this says so.
                client.headObject(r -> r.bucket(bucket).key(key(lines[0])));
            }
            return null;
        });
    }

    @Override
    public boolean isPrepared(String token) throws IOException {
        String[] lines = token.split("\n");
        return request("find the upload of", lines[0], () -> {
            try {
                // Some servers answer for an upload that is no more, with no parts.
                return !client.listParts(
                                r -> r.bucket(bucket).key(key(lines[0])).uploadId(lines[1]))
                        .parts()
                        .isEmpty();
            } catch (NoSuchUploadException e) {
                return false;
            }
        });
    }

    @Override
    public void abort(String token) throws IOException {
        String[] lines = token.split("\n");
        request("abort", lines[0], () -> {
            try {
                client.abortMultipartUpload(
                        r -> r.bucket(bucket).key(key(lines[0])).uploadId(lines[1]));
            } catch (NoSuchUploadException e) {
                // It has been completed or aborted.
            }
            return null;
        });
    }

    @Override
    public void abortUploads(String namePrefix, Predicate<String> mine, List<String> kept) throws IOException {
        List<String> keptIds = kept.stream().map(t -> t.split("\n")[1]).toList();
        List<MultipartUpload> uploads = request(
                "list uploads of",
                namePrefix,
                () ->
                        client
                                .listMultipartUploadsPaginator(
                                        r -> r.bucket(bucket).prefix(key(namePrefix)))
                                .uploads()
                                .stream()
                                .toList());
        for (MultipartUpload upload : uploads) {
            String name = upload.key().substring(prefix.length());
            if (mine.test(name) && !keptIds.contains(upload.uploadId())) {
                request(
                        "abort",
                        name,
                        () -> client.abortMultipartUpload(
                                r -> r.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())));
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return uri();
    }
}
