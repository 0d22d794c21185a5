// One interface to the recording, whoever plays it. The page knows only this:
//
//   startAt(seconds)       go there, and play if the browser lets a page do so unasked
//   seek(seconds)          go there; what plays goes on playing
//   play(), pause(), toggle()
//   time()                 seconds, where the recording is now
//   length()               seconds, or NaN while it is not known
//   mute()                 sound off or on
//   changeRate(step)       a step slower (-1) or faster (1); returns the new rate
//   setRate(rate)          1 is as it was said; returns the rate
//   fullscreen()
//   isBrokenAt(seconds)    true once it cannot play that moment here
//   externalUrl(seconds)   where it does, from that moment; not every player has such a place
//   onTime(listener)       listener(seconds) as it plays, a few times a second
//   onPlaying(listener)    listener(isPlaying) when it begins to play, and when it stops
//   onError(listener)      listener(text, href) when it cannot be played; href opens it elsewhere
//   isPlaying()
//
// One that can play several parts has these, too:
//
//   open(part)             plays another one, {source, captions, title}, from where it is sent next
//   onEnd(listener)        listener() when what it plays has come to its end

import { LocalPlayer } from "./local.js";
import { PartsPlayer, parts } from "./parts.js";
import { YouTubePlayer } from "./youtube.js";

/** The player in `section`, or null where there is none. */
export function playerIn(section) {
  if (!section || !parts.length) return onlyPlayerIn(section);
  const holders = section.querySelectorAll(".playable");
  const players = {};
  for (const holder of holders.length ? holders : [section]) {
    players[holder.querySelector(".facade") ? "youtube" : "file"] = { player: onlyPlayerIn(holder), holder };
  }
  return new PartsPlayer(players);
}

function onlyPlayerIn(section) {
  const media = section?.querySelector("audio, video");
  if (media) return new LocalPlayer(media);
  const facade = section?.querySelector(".facade");
  return facade ? new YouTubePlayer(facade) : null;
}
