package io.upriver.app;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;

/** The desktop that the program may have been started on. */
final class Desktop {

    private Desktop() {}

    /** Opens a page in the user's browser where there is a display and a way; otherwise nothing. */
    static void open(String page) {
        if (System.getenv("DISPLAY") == null && System.getenv("WAYLAND_DISPLAY") == null) {
            return;
        }
        try {
            new ProcessBuilder("xdg-open", page)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // There is no xdg-open: the page has been printed, too.
        }
    }
}
