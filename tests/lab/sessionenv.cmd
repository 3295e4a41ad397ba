@echo off
rem Copyright: (c) 2026, rdpops.health contributors
rem GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
rem Stand-in for the program of SessionEnv: looks after the certificate beside the service, as Windows does, once the host is furnished.
set DOTNET_ROOT=C:\net
set POWERSHELL_TELEMETRY_OPTOUT=1
set DOTNET_EnableWriteXorExecute=0
set DOTNET_TieredPGO=0
if exist C:\lab\furnished start "" C:\pwsh\pwsh.exe -NoProfile -NonInteractive -File C:\lab\sessionenv.ps1
C:\windows\system32\termsv.exe
