# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Windows' own words in the display language of a host, as they get into properties of events: nothing may be read from them."""

from __future__ import annotations

# What FormatMessage says ends with a line break, and the classic events keep it.
_END = ".\r\n"
ERRORS: dict[str, dict[str, str]] = {
    "denied": {"en": "Access is denied", "de": "Zugriff verweigert", "fr": "Accès refusé", "ja": "アクセスが拒否されました。", "pl": "Odmowa dostępu"},
    "keyset": {
        "en": "Keyset does not exist", "de": "Der Schlüsselsatz ist nicht vorhanden", "fr": "Le jeu de clés n\u2019existe pas",
        "ja": "キー セットがありません。", "pl": "Zestaw kluczy nie istnieje",
    },
    "exists": {
        "en": "Object already exists", "de": "Das Objekt ist bereits vorhanden", "fr": "L\u2019objet existe déjà",
        "ja": "オブジェクトは既に存在します。", "pl": "Obiekt już istnieje",
    },
    "internal": {"en": "An internal error occurred", "de": "Ein interner Fehler ist aufgetreten", "fr": "Une erreur interne s\u2019est produite"},
    "full": {"en": "There is not enough space on the disk", "pl": "Na dysku jest za mało miejsca"},
    "template": {
        "en": "The requested certificate template is not supported by this CA",
        "de": "Die angeforderte Zertifikatvorlage wird von dieser Zertifizierungsstelle nicht unterstützt",
    },
    "rpc": {"en": "The RPC server is unavailable", "fr": "Le serveur RPC n\u2019est pas disponible"},
    "domain": {
        "en": "The specified domain either does not exist or could not be contacted",
        "de": "Die angegebene Domäne ist nicht vorhanden, oder es konnte keine Verbindung hergestellt werden",
    },
}  # fmt: skip
SERVICES: dict[str, dict[str, str]] = {
    "TermService": {
        "en": "Remote Desktop Services", "de": "Remotedesktopdienste", "fr": "Services Bureau à distance", "ja": "Remote Desktop Services",
        "pl": "Usługi pulpitu zdalnego",
    },
    "SessionEnv": {"en": "Remote Desktop Configuration", "de": "Remotedesktopkonfiguration", "pl": "Konfiguracja usług pulpitu zdalnego"},
    "Dhcp": {"en": "DHCP Client", "de": "DHCP-Client", "fr": "Client DHCP", "pl": "Klient DHCP"},
    "nsi": {"en": "Network Store Interface Service", "de": "Netzwerkspeicher-Schnittstellendienst", "fr": "Service Interface du magasin réseau"},
    "Spooler": {"en": "Print Spooler", "de": "Druckwarteschlange", "fr": "Spouleur d\u2019impression", "ja": "Print Spooler", "pl": "Bufor wydruku"},
}  # fmt: skip
_OWN_STOP = "。"


def error(name: str, language: str) -> str:
    """Return what Windows says for an error."""
    words = ERRORS[name].get(language, ERRORS[name]["en"])
    return words + ("\r\n" if words.endswith(_OWN_STOP) else _END)


def service(name: str, language: str) -> str:
    """Return what a service is called in the list of services."""
    return SERVICES[name].get(language, SERVICES[name]["en"])
