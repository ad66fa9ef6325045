/** The room that something took when it was last there, kept for it while it is on its way: nothing below it moves. */
import { useEffect, useRef } from "react";
import { store, stored } from "./stored";

const keyOf = (name: string) => `almanac-room-${name}`;

/** How high it was, in pixels. */
export const roomOf = (name: string, otherwise: number) => stored(keyOf(name), otherwise);

/** Kept for the next time. */
export const keepRoom = (name: string, height: number) => store(keyOf(name), height);

/** Measures what the element holds once it is there. */
export function useRoom<Of extends HTMLElement>(name: string, there = true) {
  const element = useRef<Of>(null);
  useEffect(() => {
    const height = element.current?.offsetHeight;
    if (there && height) keepRoom(name, height);
  });
  return element;
}
