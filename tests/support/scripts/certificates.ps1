# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Puts a certificate whose key is in the machine container named by the second argument into the store named by the
# first, then as many certificates without key as the third says, and prints the thumbprint of the first.
$ErrorActionPreference = 'Stop'
$storeName, $container, $more = $args

$parameters = New-Object -TypeName System.Security.Cryptography.CspParameters -ArgumentList 24, 'Microsoft Enhanced RSA and AES Cryptographic Provider', $container
$parameters.Flags = 'UseMachineKeyStore'
$key = New-Object -TypeName System.Security.Cryptography.RSACryptoServiceProvider -ArgumentList 2048, $parameters
$store = New-Object -TypeName System.Security.Cryptography.X509Certificates.X509Store -ArgumentList $storeName, 'LocalMachine'
$store.Open('ReadWrite')
foreach ($number in 0..[int]$more) {
    $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new("CN=host$number", $key, 'SHA256', [Security.Cryptography.RSASignaturePadding]::Pkcs1)
    $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddDays(180))
    if ($number -eq 0) {
        $first = $certificate.Thumbprint
        $store.Add($certificate)
    }
    else {
        $store.Add([Security.Cryptography.X509Certificates.X509Certificate2]::new($certificate.RawData))
    }
}
$store.Close()
$first
