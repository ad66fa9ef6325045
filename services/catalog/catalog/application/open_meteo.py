"""Weather of a server of Open-Meteo's API shape: its own, one at home, or another provider's that speaks it."""

from urllib.parse import parse_qsl, urlsplit

from catalog.application.fetching import SECONDS, fetch
from catalog.domain.open_meteo import parameters, reason, words
from catalog.domain.weather import WeatherWord
from catalog.domain.weather_feed import NotTold, WeatherQuestion


class OpenMeteo:
    """A WeatherProvider. `url` is the forecast endpoint, with what a provider wants in it such as a key."""

    def __init__(self, url: str, zone: str, seconds: float = SECONDS) -> None:
        self._url, self._zone, self._seconds = url, zone, seconds

    def ask(self, question: WeatherQuestion) -> list[WeatherWord]:
        """The days' weather as it is told now. Raises NotTold."""
        status, answer = fetch(self._url, parameters(question, self._zone), self._seconds)
        if status != 200:
            why, parts = reason(answer), urlsplit(self._url)
            for _, secret in parse_qsl(parts.query):  # whoever refuses a key may well quote it
                why = why.replace(secret, "…")
            host = parts.hostname
            raise NotTold(f"http_{status}", f"{host} answered {status}{f': {why}' if why else ''}")
        return words(answer, question)
