package runproof;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** Writes which lines each test ran: {"test": id, "lines": {file: [[first, last], ...]}}, and {"shared": true, "lines": ...} for what ran outside of any one test or while a class was initialized. */
final class ReachWriter {
    private final Writer output;

    ReachWriter(String file) {
        try {
            output = new BufferedWriter(Files.newBufferedWriter(Path.of(file), StandardCharsets.UTF_8, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** What ran since the last test. */
    void shared() {
        Map<String, BitSet> lines = new TreeMap<>();
        Hits.take((file, line, isLoading) -> lines.computeIfAbsent(file, key -> new BitSet()).set(line));
        write("{\"shared\":true,", lines);
    }

    void test(String id) {
        Map<String, BitSet> lines = new TreeMap<>();
        Map<String, BitSet> loading = new TreeMap<>();
        Hits.take((file, line, isLoading) -> {
            lines.computeIfAbsent(file, key -> new BitSet()).set(line);
            if (isLoading) loading.computeIfAbsent(file, key -> new BitSet()).set(line);
        });
        if (lines.isEmpty()) write("{\"test\":" + Json.quoted(id) + ",", Map.of("", new BitSet()));
        else write("{\"test\":" + Json.quoted(id) + ",", lines);
        write("{\"shared\":true,", loading);
    }

    private void write(String head, Map<String, BitSet> lines) {
        if (lines.isEmpty()) return;
        StringBuilder text = new StringBuilder(head).append("\"lines\":{");
        boolean isFirst = true;
        for (Map.Entry<String, BitSet> file : lines.entrySet()) {
            if (file.getKey().isEmpty()) continue;
            if (!isFirst) text.append(',');
            isFirst = false;
            text.append(Json.quoted(file.getKey())).append(":[");
            BitSet set = file.getValue();
            for (int first = set.nextSetBit(0); first >= 0;) {
                int end = set.nextClearBit(first);
                if (text.charAt(text.length() - 1) == ']') text.append(',');
                text.append('[').append(first).append(',').append(end - 1).append(']');
                first = set.nextSetBit(end);
            }
            text.append(']');
        }
        try {
            output.write(text.append("}}\n").toString());
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    void close() {
        try {
            shared();
            output.close();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
