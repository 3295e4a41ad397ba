# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Puts certificates into the stores of a lab host: own.der, with the key in own.key, into the listener's store, and each
# other certificate of the folder named by the argument, without a key, into the personal store. Then waits for the services.
# The key goes into a machine container of the old provider (Wine keeps those); a PFX cannot be imported there.
$ErrorActionPreference = 'Stop'
$folder = $args[0]

$names = 24, 'Microsoft Enhanced RSA and AES Cryptographic Provider', 'TSSecKeySet1'
$parameters = New-Object -TypeName System.Security.Cryptography.CspParameters -ArgumentList $names
$parameters.Flags = 'UseMachineKeyStore'
$key = New-Object -TypeName System.Security.Cryptography.RSACryptoServiceProvider -ArgumentList $parameters
$key.ImportCspBlob([IO.File]::ReadAllBytes("$folder\own.key"))
$key.PersistKeyInCsp = $true
$bare = [Security.Cryptography.X509Certificates.X509Certificate2]::new([IO.File]::ReadAllBytes("$folder\own.der"))
$own = [Security.Cryptography.X509Certificates.RSACertificateExtensions]::CopyWithPrivateKey($bare, $key)

$store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList 'Remote Desktop', 'LocalMachine'
$store.Open('ReadWrite')
$store.Add($own)
$store.Close()  # before that nobody else sees it
$store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList 'My', 'LocalMachine'
$store.Open('ReadWrite')
foreach ($file in [IO.Directory]::GetFiles($folder, 'other*.der')) {
    $store.Add([Security.Cryptography.X509Certificates.X509Certificate2]::new([IO.File]::ReadAllBytes($file)))
}
$store.Close()

# The service manager starts them with the host; nothing goes on before they run. Wine now and then loses one of those starts for good.
foreach ($name in [IO.File]::ReadAllLines("$folder\services.txt")) {
    $service = New-Object -TypeName System.ServiceProcess.ServiceController -ArgumentList $name
    try {
        $service.WaitForStatus('Running', [TimeSpan]::FromSeconds(10))
    } catch [System.ServiceProcess.TimeoutException] {
        $service.Refresh()
        if ($service.Status -eq 'Stopped') { $service.Start() }
        $service.WaitForStatus('Running', [TimeSpan]::FromSeconds(30))
    }
}
$own.Thumbprint
