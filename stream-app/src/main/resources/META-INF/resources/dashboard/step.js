// Keeps two videos in step: one leads, the other is made to play a little faster or slower, or to jump.

const LOOK_MILLIS = 100;
/** Closer than this is in step. */
const CLOSE_SECONDS = 0.015;
/** Further than this the other one jumps. */
const FAR_SECONDS = 0.6;
const MOST_BEND = 0.12;
/** A jump takes a moment, in which the one that leads goes on. */
const JUMP_SECONDS = 0.08;

/**
 * A place in a source that plays: where in time it is, and where something else is in it.
 *
 * @param hls the player, or null for a file, whose time is its own
 */
export function clockOf(video, hls) {
  const fragments = () => hls?.levels?.[Math.max(0, hls.currentLevel)]?.details?.fragments ?? [];
  return {
    video,
    /** Seconds since 1970 by the playlist's program date time; of a file since its beginning; null for not known. */
    now: () => {
      if (!hls) {
        return video.currentTime;
      }
      const at = fragments().find((f) => video.currentTime >= f.start && video.currentTime < f.start + f.duration);
      if (at?.programDateTime) {
        return at.programDateTime / 1000 + video.currentTime - at.start;
      }
      return hls.playingDate ? hls.playingDate.getTime() / 1000 : null;
    },
    /** The position for such a time, or null where there is none. */
    positionOf: (time) => {
      if (!hls) {
        return time;
      }
      const at = fragments().find((f) => f.programDateTime
          && time >= f.programDateTime / 1000 && time < f.programDateTime / 1000 + f.duration);
      return at ? at.start + time - at.programDateTime / 1000 : null;
    },
  };
}

/**
 * Begins.
 *
 * @param said called with by how many seconds the other one is ahead, or null while that is not known
 * @returns how to end it
 */
export function keepInStep(leader, other, said) {
  const look = () => {
    const want = leader.now();
    const have = other.now();
    const video = other.video;
    if (want == null || video.readyState < HTMLMediaElement.HAVE_METADATA) {
      said(null);
      return;
    }
    const ahead = have == null ? Infinity : have - want;
    if (Math.abs(ahead) > FAR_SECONDS || (leader.video.paused && Math.abs(ahead) > CLOSE_SECONDS)) {
      const to = other.positionOf(want + (leader.video.paused ? 0 : JUMP_SECONDS));
      if (to != null && !video.seeking) {
        video.currentTime = to;
      }
    }
    const bend = Math.abs(ahead) < CLOSE_SECONDS ? 0 : Math.max(-MOST_BEND, Math.min(MOST_BEND, -ahead));
    const rate = leader.video.playbackRate * (1 + (Number.isFinite(bend) ? bend : 0));
    if (Math.abs(video.playbackRate - rate) > 0.002) {
      video.playbackRate = rate;
    }
    if (video.paused !== leader.video.paused) {
      if (leader.video.paused) {
        video.pause();
      } else {
        video.play().catch(() => {});
      }
    }
    said(Number.isFinite(ahead) ? ahead : null);
  };
  const timer = setInterval(look, LOOK_MILLIS);
  leader.video.addEventListener('seeked', look);
  return () => {
    clearInterval(timer);
    leader.video.removeEventListener('seeked', look);
  };
}
