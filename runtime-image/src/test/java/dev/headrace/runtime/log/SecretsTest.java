package dev.headrace.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretsTest {
    @Test
    void values_that_a_job_takes_from_the_environment_are_hidden() {
        Secrets.add("hunter22");
        Secrets.add("hunter22-and-more");
        assertThat(Secrets.hidden("login with hunter22 failed; hunter22-and-more too"))
                .isEqualTo("login with *** failed; *** too");
    }

    @Test
    void words_of_a_few_letters_are_left() {
        Secrets.add("a");
        Secrets.add("");
        assertThat(Secrets.hidden("a job")).isEqualTo("a job");
    }
}
