# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Stand-in for what the service SessionEnv does when it starts: where the listener has no self-signed certificate that holds, it makes
# one, in the store Remote Desktop, with its key in the machine container TSSecKeySet1, and writes its thumbprint for the listener.
# As measured on Windows: 183 days, RSA-2048, SHA-256, one CN, key and data encipherment, server authentication, no further name.
$ErrorActionPreference = 'Stop'
$stations = 'SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations'
$hive = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64')

$place = 'Remote Desktop', 'LocalMachine'
$values = $hive.CreateSubKey($stations)
$bound = -join @(foreach ($byte in [byte[]]@($values.GetValue('SelfSignedCertificate'))) { '{0:X2}' -f $byte })
$store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList $place
$store.Open('ReadWrite')
foreach ($certificate in $store.Certificates) {
    if ($certificate.Thumbprint -eq $bound -and $certificate.HasPrivateKey -and $certificate.NotAfter -gt [DateTime]::Now) {
        exit 0
    }
    $certificate.Dispose()
}
$store.Dispose()

$parameters = New-Object -TypeName System.Security.Cryptography.CspParameters -ArgumentList 24, 'Microsoft Enhanced RSA and AES Cryptographic Provider', 'TSSecKeySet1'
$parameters.Flags = 'UseMachineKeyStore'
$parameters.KeyNumber = 1
$key = New-Object -TypeName System.Security.Cryptography.RSACryptoServiceProvider -ArgumentList 2048, $parameters  # the one in the container, or a new one

$name = $hive.OpenSubKey('SYSTEM\CurrentControlSet\Control\ComputerName\ActiveComputerName').GetValue('ComputerName')
$domain = $hive.OpenSubKey('SYSTEM\CurrentControlSet\Services\Tcpip\Parameters')
if ($domain -and $domain.GetValue('Domain')) {
    $name = "$name.$($domain.GetValue('Domain'))"
}
$subject = New-Object -TypeName System.Security.Cryptography.X509Certificates.X500DistinguishedName -ArgumentList "CN=$name"
$signing = [Security.Cryptography.RSASignaturePadding]::Pkcs1
$wanted = [Security.Cryptography.X509Certificates.CertificateRequest]::new($subject, $key, 'SHA256', $signing)
$uses = New-Object -TypeName System.Security.Cryptography.OidCollection
$null = $uses.Add((New-Object -TypeName System.Security.Cryptography.Oid -ArgumentList '1.3.6.1.5.5.7.3.1'))
$wanted.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509EnhancedKeyUsageExtension]::new($uses, $false))
$wanted.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509KeyUsageExtension]::new('KeyEncipherment, DataEncipherment', $false))
$serial = [Guid]::NewGuid().ToByteArray()
$serial[0] = 0x10  # positive, and no leading zero
$now = [DateTimeOffset]::UtcNow
$signer = [Security.Cryptography.X509Certificates.X509SignatureGenerator]::CreateForRSA($key, $signing)
$bare = $wanted.Create($subject, $signer, $now.AddMinutes(-1), $now.AddDays(183), $serial)
# A store of its own: one whose certificates were looked at is not written by Close().
$store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList $place
$store.Open('ReadWrite')
$store.Add([Security.Cryptography.X509Certificates.RSACertificateExtensions]::CopyWithPrivateKey($bare, $key))
$store.Close()  # before that nobody else sees it

# The key lies in Wine's registry; where Windows keeps it, a file shows that it is there.
$guid = $hive.OpenSubKey('SOFTWARE\Microsoft\Cryptography').GetValue('MachineGuid')
$folder = 'C:\ProgramData\Microsoft\Crypto\RSA\MachineKeys'
$null = [IO.Directory]::CreateDirectory($folder)
$file = "$folder\f686aace6942fb7f7ceb231212eef4a4_$guid"
if (-not [IO.File]::Exists($file)) {
    [IO.File]::WriteAllBytes($file, (New-Object -TypeName byte[] -ArgumentList 2304))
}
$values.SetValue('SelfSignedCertStore', 'Remote Desktop', 'String')
$values.SetValue('SelfSignedCertificate', $bare.GetCertHash(), 'Binary')  # last: whoever waits for it finds everything
