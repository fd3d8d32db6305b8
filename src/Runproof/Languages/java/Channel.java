package runproof;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Lines between this program and a process that runs tests: fields with tabs between them. A socket, since what tests print goes elsewhere. */
final class Channel implements AutoCloseable {
    private static final int LONGEST = 1 << 20;
    private final SocketChannel socket;
    private final ByteBuffer input = ByteBuffer.allocate(1 << 16);

    Channel(SocketChannel socket) {
        this.socket = socket;
        input.limit(0);
    }

    static Channel to(Path file) throws IOException {
        return new Channel(SocketChannel.open(UnixDomainSocketAddress.of(file)));
    }

    synchronized void send(String... fields) throws IOException {
        StringBuilder line = new StringBuilder();
        for (String field : fields) {
            if (line.length() > 0) line.append('\t');
            line.append(escaped(field == null ? "" : field));
        }
        ByteBuffer bytes = ByteBuffer.wrap(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) socket.write(bytes);
    }

    /** The next line's fields; null at the end. */
    String[] receive() throws IOException {
        java.io.ByteArrayOutputStream line = new java.io.ByteArrayOutputStream();
        while (true) {
            while (input.hasRemaining()) {
                byte one = input.get();
                if (one == '\n') {
                    String[] fields = line.toString(StandardCharsets.UTF_8).split("\t", -1);
                    for (int i = 0; i < fields.length; i++) fields[i] = plain(fields[i]);
                    return fields;
                }
                if (line.size() < LONGEST) line.write(one);
            }
            input.clear();
            if (socket.read(input) < 0) {
                input.limit(0);
                return null;
            }
            input.flip();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    private static String plain(String text) {
        if (text.indexOf('\\') < 0) return text;
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char one = text.charAt(i);
            if (one == '\\' && i + 1 < text.length()) {
                char next = text.charAt(++i);
                plain.append(next == 't' ? '\t' : next == 'n' ? '\n' : next == 'r' ? '\r' : next);
            } else {
                plain.append(one);
            }
        }
        return plain.toString();
    }
}
