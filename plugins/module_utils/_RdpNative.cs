// Copyright: (c) 2026, rdpops.health contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// The two questions that .NET has no answer to. Read-only; C# 5, what Windows PowerShell 5.1 compiles.
using System;
using System.Runtime.InteropServices;

namespace ansible_collections.rdpops.health.plugins.module_utils._RdpNative
{
    public class RdpJoin
    {
        public string Name;
        public int Status;  // 1 not joined, 2 workgroup, 3 domain

        [DllImport("netapi32.dll", CharSet = CharSet.Unicode)]
        private static extern int NetGetJoinInformation(string server, out IntPtr name, out int status);

        [DllImport("netapi32.dll")]
        private static extern int NetApiBufferFree(IntPtr buffer);

        public static RdpJoin Read()
        {
            IntPtr name;
            int status;
            int code = NetGetJoinInformation(null, out name, out status);
            if (code != 0)
                throw new System.ComponentModel.Win32Exception(code);
            try
            {
                return new RdpJoin() { Name = Marshal.PtrToStringUni(name) ?? "", Status = status };
            }
            finally
            {
                NetApiBufferFree(name);
            }
        }
    }

    public class RdpKeyProvider
    {
        [StructLayout(LayoutKind.Sequential)]
        private struct CRYPT_KEY_PROV_INFO
        {
            public IntPtr pwszContainerName;
            public IntPtr pwszProvName;
            public uint dwProvType;
        }

        private const uint CERT_KEY_PROV_INFO_PROP_ID = 2;

        public string Container;
        public string Provider;
        public long ProviderType;

        [DllImport("crypt32.dll", SetLastError = true)]
        private static extern bool CertGetCertificateContextProperty(IntPtr context, uint id, IntPtr data, ref uint size);

        // What the store says of the certificate's key, or null. The key itself is not opened.
        public static RdpKeyProvider Read(IntPtr context)
        {
            uint size = 0;
            if (!CertGetCertificateContextProperty(context, CERT_KEY_PROV_INFO_PROP_ID, IntPtr.Zero, ref size))
                return null;
            IntPtr data = Marshal.AllocHGlobal((int)size);
            try
            {
                if (!CertGetCertificateContextProperty(context, CERT_KEY_PROV_INFO_PROP_ID, data, ref size))
                    return null;
                CRYPT_KEY_PROV_INFO info = (CRYPT_KEY_PROV_INFO)Marshal.PtrToStructure(data, typeof(CRYPT_KEY_PROV_INFO));
                return new RdpKeyProvider()
                {
                    Container = Marshal.PtrToStringUni(info.pwszContainerName) ?? "",
                    Provider = Marshal.PtrToStringUni(info.pwszProvName) ?? "",
                    ProviderType = info.dwProvType,
                };
            }
            finally
            {
                Marshal.FreeHGlobal(data);
            }
        }
    }
}
