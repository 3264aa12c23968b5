/** A motion along one axis: place, speed and acceleration at a moment. */
export type Motion = { readonly place: number; readonly speed: number; readonly acceleration: number };

/**
 * The minimum-jerk way (Flash and Hogan 1985) from a moving start to rest at `target`, as a function of time from
 * `from` on: the quintic whose place, speed and acceleration agree at both ends. After `from + duration` it rests.
 */
export function glide(start: Motion, target: number, from: number, duration: number): (at: number) => Motion {
  const { place, speed, acceleration } = start;
  const v = speed * duration;
  const a = acceleration * duration * duration;
  const way = target - place;
  const c3 = 10 * way - 6 * v - 1.5 * a;
  const c4 = -15 * way + 8 * v + 1.5 * a;
  const c5 = 6 * way - 3 * v - 0.5 * a;
  return (at) => {
    const t = (at - from) / duration;
    if (t >= 1) return { place: target, speed: 0, acceleration: 0 };
    if (t <= 0) return start;
    return {
      place: place + t * (v + t * (a / 2 + t * (c3 + t * (c4 + t * c5)))),
      speed: (v + t * (a + t * (3 * c3 + t * (4 * c4 + t * 5 * c5)))) / duration,
      acceleration: (a + t * (6 * c3 + t * (12 * c4 + t * 20 * c5))) / duration ** 2,
    };
  };
}

/** At rest at `place`. */
export function rest(place: number): Motion {
  return { place, speed: 0, acceleration: 0 };
}
