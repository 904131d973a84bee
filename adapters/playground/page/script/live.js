// The stream of changes for one person. It takes up where it broke off, so that nothing is missed in between.

// A browser opens six connections to one server at most: the first tabs keep theirs, further ones let go while hidden.
const PLACES = 3;

export function follow(url, position, { onChange, onReset, onLine }) {
  let source = null;
  let last = position;
  let mayStay = false;
  let isOver = false;

  function open() {
    if (isOver || source) return;
    source = new EventSource(url(last));
    source.addEventListener("open", () => onLine(true));
    source.addEventListener("error", () => {
      onLine(false);
      // The browser tries again by itself, except where it was refused.
      if (source?.readyState === EventSource.CLOSED) {
        close();
        setTimeout(open, 2000);
      }
    });
    source.addEventListener("change", (event) => {
      last = event.lastEventId;
      onChange(JSON.parse(event.data), last);
    });
    source.addEventListener("reset", onReset);
  }

  function close() {
    source?.close();
    source = null;
  }

  function onVisibility() {
    if (!document.hidden) open();
    else if (!mayStay) close();
  }

  const letGo = takePlace(() => {
    mayStay = true;
    open();
  });
  document.addEventListener("visibilitychange", onVisibility);
  onVisibility();
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", onVisibility);
    letGo();
    close();
  };
}

function takePlace(onTaken) {
  let letGo = () => {};
  const kept = new Promise((resolve) => (letGo = resolve));
  const tryPlace = (number) => {
    if (number === PLACES || !navigator.locks) return;
    navigator.locks.request(`chaperone-live-${number}`, { ifAvailable: true }, (lock) => {
      if (!lock) return tryPlace(number + 1);
      onTaken();
      return kept;
    });
  };
  tryPlace(0);
  return letGo;
}
