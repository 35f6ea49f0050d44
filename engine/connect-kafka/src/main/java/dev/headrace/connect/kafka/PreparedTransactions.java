package dev.headrace.connect.kafka;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.apache.kafka.clients.producer.KafkaProducer;

/**
 * What Kafka's client knows but does not offer: which transaction a producer is in, and how to go on with one that another
 * process began. Both are read from and written into the fields of the client's transaction manager, as long as the
 * client has no method to resume a transaction. A version of the client with other fields fails when this class is
 * first used, not at the first crash.
 */
final class PreparedTransactions {
    private static final Field MANAGER;
    private static final Field PRODUCER_ID_AND_EPOCH;
    private static final Field STATE;
    private static final Field STARTED;
    private static final Field SECOND_VERSION;
    private static final Field ID;
    private static final Field EPOCH;
    private static final Object IN_TRANSACTION;
    private static final Method SET_ID_AND_EPOCH;
    private static final Constructor<?> NEW_ID_AND_EPOCH;

    static {
        try {
            MANAGER = field(KafkaProducer.class, "transactionManager");
            Class<?> manager = MANAGER.getType();
            PRODUCER_ID_AND_EPOCH = field(manager, "producerIdAndEpoch");
            STATE = field(manager, "currentState");
            STARTED = field(manager, "transactionStarted");
            SECOND_VERSION = field(manager, "isTransactionV2Enabled");
            Class<?> idAndEpoch = PRODUCER_ID_AND_EPOCH.getType();
            ID = field(idAndEpoch, "producerId");
            EPOCH = field(idAndEpoch, "epoch");
            SET_ID_AND_EPOCH = manager.getDeclaredMethod("setProducerIdAndEpoch", idAndEpoch);
            SET_ID_AND_EPOCH.setAccessible(true);
            NEW_ID_AND_EPOCH = idAndEpoch.getDeclaredConstructor(long.class, short.class);
            NEW_ID_AND_EPOCH.setAccessible(true);
            IN_TRANSACTION = constant(STATE.getType(), "IN_TRANSACTION");
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ExceptionInInitializerError(
                    new IllegalStateException("this version of kafka-clients keeps transactions in another way", e));
        }
    }

    private PreparedTransactions() {}

    /** Names the transaction that the producer is in. */
    static KafkaCommittable of(KafkaProducer<?, ?> producer, String transactionalId) {
        try {
            Object manager = MANAGER.get(producer);
            Object idAndEpoch = PRODUCER_ID_AND_EPOCH.get(manager);
            return new KafkaCommittable(
                    transactionalId,
                    ID.getLong(idAndEpoch),
                    EPOCH.getShort(idAndEpoch),
                    SECOND_VERSION.getBoolean(manager));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts a producer that has done nothing yet into that transaction, as if it had written its records. */
    static void resume(KafkaProducer<?, ?> producer, KafkaCommittable transaction) {
        try {
            Object manager = MANAGER.get(producer);
            synchronized (manager) {
                SET_ID_AND_EPOCH.invoke(
                        manager, NEW_ID_AND_EPOCH.newInstance(transaction.producerId(), transaction.epoch()));
                SECOND_VERSION.setBoolean(manager, transaction.secondVersion());
                STARTED.setBoolean(manager, true);
                STATE.set(manager, IN_TRANSACTION);
            }
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static Object constant(Class<?> type, String name) {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new IllegalStateException("no " + type.getName() + "." + name);
    }
}
