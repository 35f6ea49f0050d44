package dev.headrace.testing.s3;

import java.util.List;
import java.util.regex.Pattern;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Lists an object once it is whole, as S3 does. The store over a folder writes an object to a file beside it, named
 * {@code OBJECT-UUID}, and lists that as well until it is renamed.
 */
final class WholeObjects extends ForwardingBlobStore {
    private static final Pattern BEING_WRITTEN =
            Pattern.compile(".*-\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}", Pattern.DOTALL);

    WholeObjects(BlobStore store) {
        super(store);
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        ListObjectsV2Response response = super.list(request);
        List<S3Object> whole = response.contents().stream()
                .filter(object -> !BEING_WRITTEN.matcher(object.key()).matches())
                .toList();
        return whole.size() == response.contents().size()
                ? response
                : response.toBuilder().contents(whole).keyCount(whole.size()).build();
    }
}
