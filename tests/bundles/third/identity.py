# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who a host is: what all its parts are derived from, so that names, times and identifiers agree everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .papers import Paper, self_signed
from .releases import RELEASES, Release
from .values import before, guid_of, moment, number_of, sid_of

# language -> names of services that the service manager writes into its events
WORDS = {
    "en": {"TermService": "Remote Desktop Services", "SessionEnv": "Remote Desktop Configuration",
           "UmRdpService": "Remote Desktop Services UserMode Port Redirector", "Audiosrv": "Windows Audio", "Dhcp": "DHCP Client",
           "nsi": "Network Store Interface Service", "restart": "Restart the service"},
    "de": {"TermService": "Remotedesktopdienste", "SessionEnv": "Remotedesktopkonfiguration",
           "UmRdpService": "Anschlussumleitung für Remotedesktopdienste im Benutzermodus", "Audiosrv": "Windows-Audio", "Dhcp": "DHCP-Client",
           "nsi": "Netzwerkspeicher-Schnittstellendienst", "restart": "Neustart des Diensts"},
    "fr": {"TermService": "Services Bureau à distance", "SessionEnv": "Configuration des services Bureau à distance",
           "UmRdpService": "Redirecteur de port du mode utilisateur des services Bureau à distance", "Audiosrv": "Audio Windows", "Dhcp": "Client DHCP",
           "nsi": "Service Interface du magasin réseau", "restart": "Redémarrer le service"},
    "es": {"TermService": "Servicios de Escritorio remoto", "SessionEnv": "Configuración de Escritorio remoto",
           "UmRdpService": "Redirector de puerto en modo usuario de Servicios de Escritorio remoto", "Audiosrv": "Audio de Windows", "Dhcp": "Cliente DHCP",
           "nsi": "Servicio Interfaz de almacenamiento en red", "restart": "Reiniciar el servicio"},
}  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """A host before anything happened to it.

    :ivar when: when somebody looked, by the clock of the one who looked.
    :ivar domain: DNS name of the domain; empty in a workgroup.
    :ivar skew: seconds by which the clock of the host is ahead.
    :ivar up_days: days since its last start.
    :ivar paper_days: days since its self-signed certificate was made.
    """

    ident: str
    name: str
    release: Release
    when: datetime
    address: str
    domain: str = ""
    netbios: str = ""
    language: str = "en"
    skew: int = 0
    up_days: float = 9.0
    paper_days: float = 61.0
    port: int = 3389
    asked: str = ""

    @property
    def fqdn(self) -> str:
        return f"{self.name}.{self.domain}" if self.domain else self.name

    @property
    def target(self) -> str:
        """Return what the probe was asked for."""
        return self.asked or (self.fqdn.lower() if self.domain else self.address)

    @property
    def netbios_domain(self) -> str:
        return self.netbios or (self.domain.split(".", 1)[0].upper() if self.domain else self.name)

    @property
    def sid(self) -> str:
        return sid_of(self.ident)

    @property
    def domain_sid(self) -> str:
        return sid_of(self.domain)

    @property
    def guid(self) -> str:
        return guid_of(self.ident)

    @property
    def booted(self) -> datetime:
        return before(self.when, days=self.up_days)

    @property
    def own_paper(self) -> Paper:
        return self_signed(self.fqdn if self.domain else self.name, before(self.when.replace(second=0), days=self.paper_days))

    @property
    def term_pid(self) -> int:
        return 640 + 4 * number_of(self.ident, "term", below=400)

    def word(self, name: str) -> str:
        return WORDS[self.language].get(name, name)


def known_as(ident: str, name: str, release: str, when: str, address: str, **more: object) -> Identity:
    """Return an identity from the words that a case is written in."""
    return Identity(ident, name, RELEASES[release], moment(when), address, **more)  # type: ignore[arg-type]  # each case names fields of the class
