package io.upriver.media;

import static org.bytedeco.ffmpeg.global.avformat.AVSEEK_SIZE;
import static org.bytedeco.ffmpeg.global.avformat.avio_alloc_context;
import static org.bytedeco.ffmpeg.global.avformat.avio_context_free;
import static org.bytedeco.ffmpeg.global.avutil.AVERROR_EOF;
import static org.bytedeco.ffmpeg.global.avutil.av_free;
import static org.bytedeco.ffmpeg.global.avutil.av_malloc;

import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.Read_packet_Pointer_BytePointer_int;
import org.bytedeco.ffmpeg.avformat.Seek_Pointer_long_int;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Bytes in memory as FFmpeg input: all reading goes through the two callbacks here, so a segment
 * can never make FFmpeg open a file or an address.
 */
final class MemoryInput implements CustomInput {

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int SEEK_SET = 0;
    private static final int SEEK_CUR = 1;
    private static final int SEEK_END = 2;
    private static final int FORCE = 0x20000;

    private static final Tickets<MemoryInput> OPEN = new Tickets<>();
    private static final Read READ = new Read();
    private static final Seek SEEK = new Seek();

    private final byte[] data;
    private final Pointer ticket = OPEN.issue(this);
    private final AVIOContext context;
    private int position;

    MemoryInput(byte[] data) {
        this.data = data;
        BytePointer buffer = new BytePointer(av_malloc(BUFFER_BYTES));
        context = avio_alloc_context(buffer, BUFFER_BYTES, 0, ticket, READ, null, SEEK);
    }

    @Override
    public AVIOContext context() {
        return context;
    }

    @Override
    public void close() {
        OPEN.withdraw(ticket);
        av_free(context.buffer());
        avio_context_free(context);
    }

    private int read(BytePointer target, int most) {
        int count = Math.min(most, data.length - position);
        if (count <= 0) {
            return AVERROR_EOF;
        }
        target.capacity(most).put(data, position, count);
        position += count;
        return count;
    }

    private long seek(long offset, int whence) {
        if ((whence & AVSEEK_SIZE) != 0) {
            return data.length;
        }
        long target =
                switch (whence & ~FORCE) {
                    case SEEK_SET -> offset;
                    case SEEK_CUR -> position + offset;
                    case SEEK_END -> data.length + offset;
                    default -> -1;
                };
        if (target < 0 || target > data.length) {
            return -1;
        }
        position = (int) target;
        return target;
    }

    private static final class Read extends Read_packet_Pointer_BytePointer_int {
        @Override
        public int call(Pointer opaque, BytePointer target, int most) {
            MemoryInput input = OPEN.ownerOf(opaque);
            return input == null ? AVERROR_EOF : input.read(target, most);
        }
    }

    private static final class Seek extends Seek_Pointer_long_int {
        @Override
        public long call(Pointer opaque, long offset, int whence) {
            MemoryInput input = OPEN.ownerOf(opaque);
            return input == null ? -1 : input.seek(offset, whence);
        }
    }
}
