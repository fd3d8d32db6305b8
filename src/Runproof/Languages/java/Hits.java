package runproof;

/** Counts which lines ran. Called from instrumented code: must need nothing but itself. */
public final class Hits {
    private static final int MOST = 1 << 20;
    static final byte RAN = 1;
    static final byte LOADING = 2;
    private static final byte[] LINES = new byte[MOST];
    private static volatile int loading;
    private static int count;
    private static final String[] FILES = new String[MOST];
    private static final int[] NUMBERS = new int[MOST];

    private Hits() {}

    /** A new probe; -1 where there are too many. */
    static synchronized int probe(String file, int line) {
        if (count == MOST) return -1;
        FILES[count] = file;
        NUMBERS[count] = line;
        return count++;
    }

    public static void hit(int probe) {
        byte mark = loading > 0 ? RAN | LOADING : RAN;
        if ((LINES[probe] & mark) != mark) LINES[probe] |= mark;
    }

    /** A class begins to be initialized: what runs now runs once, for whichever test comes first. */
    public static synchronized void enter() {
        loading++;
    }

    public static synchronized void leave() {
        loading--;
    }

    /** What to do with each probe that was hit since the last time. */
    interface Taker {
        void take(String file, int line, boolean isLoading);
    }

    static void take(Taker taker) {
        int all = count;
        for (int i = 0; i < all; i++) {
            byte mark = LINES[i];
            if (mark == 0) continue;
            LINES[i] = 0;
            taker.take(FILES[i], NUMBERS[i], (mark & LOADING) != 0);
        }
    }
}
