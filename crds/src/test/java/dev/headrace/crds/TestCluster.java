package dev.headrace.crds;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** The cluster for tests that KUBECONFIG names. */
public final class TestCluster {
    private static final String LOAD = "HEADRACE_E2E_LOAD_IMAGE";

    private TestCluster() {}

    /**
     * Skips the tests, and says so, where there is none. KUBECONFIG counts only together with the command that loads images, as in
     * e2e: a developer's everyday cluster is not to be taken for one to test on.
     */
    public static KubernetesClient client(String what) {
        boolean there = System.getenv("KUBECONFIG") != null && System.getenv(LOAD) != null;
        if (!there) {
            System.out.println("\n##### SKIPPED: " + what + ": set KUBECONFIG to a cluster for tests, and " + LOAD
                    + ", without which it does not count #####\n");
        }
        assumeTrue(there, "no cluster for tests");
        Config config = Config.autoConfigure(null);
        if (config.getClientKeyData() != null && !rsa(config.getClientKeyData())) {
            config.setClientKeyAlgo("EC");
        }
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** The client takes keys for RSA where it is not told otherwise. */
    private static boolean rsa(String data) {
        String pem = new String(Base64.getDecoder().decode(data), StandardCharsets.US_ASCII);
        try {
            KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(
                            Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]+-----", ""))));
            return true;
        } catch (java.security.GeneralSecurityException e) {
            return pem.contains("RSA");
        }
    }
}
