package dev.headrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headrace.connect.generate.NexmarkFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The Nexmark queries on 200,000 events of seed 42, from JSON files, give the rows and checksums that Apache Flink 2.2.1
 * gives on the same files. The others (q6, q10, q12) are in {@link NexmarkFoldedTest}.
 */
class NexmarkTest {
    @TempDir
    static Path folder;

    @BeforeAll
    static void writeTheEvents() throws IOException {
        NexmarkFiles.write(200_000, 2, folder);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "q0, 184000, ad472cf2ac15904e",
        "q1, 184000, 4bccaf40738792b2",
        "q2, 1504, 7e507d3b90996dbd",
        "q3, 1300, 6aa76f9c2211f226",
        "q4, 5, 2f1055a1679961e9",
        "q5, 17, 2dd863c848f55dc9",
        "q7, 3, f4a216c340b72564",
        "q8, 1776, 03a31a201417f6b8",
        "q9, 11080, 257ddf7988be8f27",
        "q11, 3922, ef24d643505cf558",
        "q13, 184000, 92dd33cd921397b9",
        "q14, 52087, 65d3700546608e67",
        "q15, 1, f8f4cff2b49a743d",
        "q16, 10003, f4c310fe9b6d2972",
        "q17, 11986, a0d68777bcda77fc",
        "q18, 57753, 15bdc5627851d684",
        "q19, 88029, 3c2257fb9493f08f",
        "q20, 35941, 0959d8d1f9196586",
        "q21, 174938, cd45f61fad24144f",
        "q22, 184000, 7b726a9b84c34ac6",
        "q23, 291651, c0b613a110052785"
    })
    void rows_and_checksum_equal_those_of_flink(String query, long rows, String checksum) throws IOException {
        ChecksumConnector.Total total = NexmarkRun.run(
                        query, 1, Map.of("input", folder.toString(), "sink", "checksum", "snapshot-seconds", "1"))
                .total();
        assertThat(total.rows()).isEqualTo(rows);
        assertThat(String.format("%016x", total.checksum())).isEqualTo(checksum);
    }
}
