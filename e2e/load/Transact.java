import java.io.IOException;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.LongSerializer;

/**
 * The reference transactional producer under test load.
 *
 * BOOTSTRAP TOPIC PARTITIONS RATE: numbers 0, 1, 2, ... at a rate, number n to partition n % PARTITIONS, ten at a time in
 * transactions of which every fifth is aborted on purpose and sent again, until standard input ends. Only what was committed
 * counts. Each second, and at the end, a line of JSON tells what came of them.
 */
public class Transact {
  static final int BATCH = 10;

  public static void main(String[] args) throws Exception {
    String topic = args[1];
    int partitions = Integer.parseInt(args[2]);
    int rate = Integer.parseInt(args[3]);
    Properties config = new Properties();
    config.put("bootstrap.servers", args[0]);
    config.put("key.serializer", LongSerializer.class.getName());
    config.put("value.serializer", LongSerializer.class.getName());
    config.put("transactional.id", "load-" + topic);
    config.put("delivery.timeout.ms", "120000");
    config.put("max.block.ms", "120000");
    // Longer than a send may take: a transaction that waits for a server is not given up by the coordinator.
    config.put("transaction.timeout.ms", "300000");
    AtomicBoolean ended = untilInputEnds();
    long committed = 0;
    long failed = 0;
    long rounds = 0;
    long told = System.nanoTime();
    long[] micros = new long[0];
    try (KafkaProducer<Long, Long> producer = new KafkaProducer<>(config)) {
      producer.initTransactions();
      long began = System.nanoTime();
      while (!ended.get()) {
        long due = began + committed * 1_000_000_000L / rate;
        while (System.nanoTime() < due && !ended.get()) Thread.sleep(5);
        long at = System.nanoTime();
        try {
          producer.beginTransaction();
          for (long number = committed; number < committed + BATCH; number++)
            producer.send(new ProducerRecord<>(topic, (int) (number % partitions), number, number));
          if (rounds++ % 5 == 4) {
            producer.flush();
            producer.abortTransaction();
            continue;
          }
          commit(producer);
          committed += BATCH;
        } catch (Exception error) {
          failed++;
          System.out.println("{\"failed\":" + committed + ",\"error\":\"" + error.toString().replace('"', ' ') + "\"}");
          producer.abortTransaction();
        }
        micros = Arrays.copyOf(micros, micros.length + 1);
        micros[micros.length - 1] = (System.nanoTime() - at) / 1_000;
        if (System.nanoTime() - told > 1_000_000_000L) {
          told = System.nanoTime();
          tell(committed, failed, micros);
        }
      }
    }
    tell(committed, failed, micros);
  }

  /** What timed out may have been committed: it is asked again, which does no harm. */
  static void commit(KafkaProducer<Long, Long> producer) {
    while (true) {
      try {
        producer.commitTransaction();
        return;
      } catch (TimeoutException again) {
        // It waits as long once more.
      }
    }
  }

  static AtomicBoolean untilInputEnds() {
    AtomicBoolean ended = new AtomicBoolean();
    Thread watch = new Thread(() -> {
      try {
        while (System.in.read() != -1) { }
      } catch (IOException ignored) {
        // A closed input is the end, too.
      }
      ended.set(true);
    });
    watch.setDaemon(true);
    watch.start();
    return ended;
  }

  static void tell(long committed, long failed, long[] micros) {
    long[] sorted = micros.clone();
    Arrays.sort(sorted);
    long p99 = sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (sorted.length * 0.99))];
    long max = sorted.length == 0 ? 0 : sorted[sorted.length - 1];
    System.out.println("{\"sent\":" + committed + ",\"acked\":" + committed + ",\"failures\":" + failed + ",\"p99Micros\":" + p99
        + ",\"maxMicros\":" + max + "}");
    System.out.flush();
  }
}
