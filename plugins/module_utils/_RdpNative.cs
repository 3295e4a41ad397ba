// Copyright: (c) 2026, rdpops.health contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

// The questions that .NET has no answer to. Read-only; C# 5, what Windows PowerShell 5.1 compiles.
// A place in a structure is told in pointers and further bytes, so that it holds for 32 bits too.
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.AccessControl;
using System.Security.Principal;
using System.Text;

namespace ansible_collections.rdpops.health.plugins.module_utils._RdpNative
{
public static class Rdp
{
    const int Most = 5000;  // rows of any list

    struct LsaString
    {
        public ushort Length, Maximum;
        [MarshalAs(UnmanagedType.LPWStr)] public string Text;
    }

    [DllImport("netapi32")] static extern int NetGetJoinInformation(IntPtr server, out IntPtr name, out int status);
    [DllImport("netapi32", CharSet = CharSet.Unicode)] static extern int NetUserGetInfo(string server, string name, int level, out IntPtr info);
    [DllImport("netapi32", CharSet = CharSet.Unicode)]
    static extern int NetLocalGroupGetMembers(string server, string name, int level, out IntPtr list, int size, out int count, out int all, IntPtr resume);
    [DllImport("netapi32")] static extern void NetApiBufferFree(IntPtr buffer);
    [DllImport("kernel32")] public static extern ulong GetTickCount64();  // milliseconds since the start of the system
    [DllImport("crypt32")] static extern bool CertGetCertificateContextProperty(IntPtr context, int id, IntPtr data, ref int size);
    [DllImport("crypt32", SetLastError = true)]
    static extern bool CryptHashCertificate(IntPtr provider, int algorithm, int flags, byte[] data, int size, byte[] hash, ref int length);
    [DllImport("ntdll")] static extern int RtlAdjustPrivilege(int privilege, bool on, bool thread, out byte was);
    [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern IntPtr CreateFileW(string path, int access, int share, IntPtr security, int how, int flags, IntPtr template);
    [DllImport("kernel32")] static extern void CloseHandle(IntPtr handle);
    [DllImport("advapi32", SetLastError = true)]
    static extern bool GetKernelObjectSecurity(IntPtr handle, int parts, byte[] descriptor, int size, out int needed);
    [DllImport("advapi32")] static extern int LsaOpenPolicy(IntPtr system, int[] attributes, int access, out IntPtr policy);
    [DllImport("advapi32")]
    static extern int LsaEnumerateAccountsWithUserRight(IntPtr policy, [In] ref LsaString right, out IntPtr list, out int count);
    [DllImport("advapi32")] static extern int LsaNtStatusToWinError(int status);
    [DllImport("advapi32")] static extern void LsaFreeMemory(IntPtr buffer);
    [DllImport("advapi32")] static extern void LsaClose(IntPtr policy);
    [DllImport("advapi32", SetLastError = true)] static extern IntPtr OpenSCManagerW(IntPtr machine, IntPtr database, int access);
    [DllImport("advapi32", CharSet = CharSet.Unicode, SetLastError = true)] static extern IntPtr OpenServiceW(IntPtr manager, string name, int access);
    [DllImport("advapi32", SetLastError = true)] static extern bool QueryServiceStatusEx(IntPtr service, int level, int[] status, int size, out int needed);
    [DllImport("advapi32")] static extern void CloseServiceHandle(IntPtr handle);
    [DllImport("advapi32", CharSet = CharSet.Unicode, SetLastError = true)]
    static extern bool CredEnumerateW(string filter, int flags, out int count, out IntPtr list);
    [DllImport("advapi32")] static extern void CredFree(IntPtr buffer);
    [DllImport("iphlpapi")] static extern int GetExtendedTcpTable(byte[] table, ref int size, bool order, int family, int kind, int reserved);
    [DllImport("wtsapi32", SetLastError = true)]
    static extern bool WTSEnumerateSessionsExW(IntPtr server, ref int level, int filter, out IntPtr list, out int count);
    [DllImport("wtsapi32")] static extern void WTSFreeMemoryExW(int kind, IntPtr list, int count);

    static void Check(int code) { if (code != 0) throw new Win32Exception(code); }
    static void Check(bool done) { if (!done) throw new Win32Exception(); }
    static IntPtr At(IntPtr start, int pointers, int bytes) { return new IntPtr(start.ToInt64() + pointers * IntPtr.Size + bytes); }
    static IntPtr Pointer(IntPtr start, int pointers, int bytes) { return Marshal.ReadIntPtr(At(start, pointers, bytes)); }
    static long Number(IntPtr start, int pointers, int bytes) { return (uint)Marshal.ReadInt32(At(start, pointers, bytes)); }
    static string Words(IntPtr start, int pointers, int bytes) { return Marshal.PtrToStringUni(Pointer(start, pointers, bytes)) ?? ""; }

    static IntPtr Opened(IntPtr handle)
    {
        Check(handle != IntPtr.Zero && handle != new IntPtr(-1));
        return handle;
    }

    // Reads, and frees whatever comes of it.
    static T Read<T>(IntPtr buffer, Action<IntPtr> free, Func<IntPtr, T> read)
    {
        try { return read(buffer); }
        finally { free(buffer); }
    }

    static List<T> Rows<T>(int count, Func<int, T> row)
    {
        List<T> rows = new List<T>();
        for (int i = 0; i < Math.Min(count, Most); i++)
            rows.Add(row(i));
        return rows;
    }

    static List<string> Sids(IntPtr list, int count)
    {
        return Rows(count, i => new SecurityIdentifier(Pointer(list, i, 0)).Value);
    }

    // Name of the domain or workgroup, and 3 for a domain.
    public static object[] Join()
    {
        IntPtr name;
        int status;
        Check(NetGetJoinInformation(IntPtr.Zero, out name, out status));
        return Read(name, NetApiBufferFree, p => new object[] { Marshal.PtrToStringUni(p), status });
    }

    // Container, provider and its type of a certificate's key, or null. The key itself is not opened.
    public static object[] KeyProvider(IntPtr context)
    {
        int size = 65536;
        return Read(Marshal.AllocHGlobal(size), Marshal.FreeHGlobal, p =>
            CertGetCertificateContextProperty(context, 2, p, ref size) ? new object[] { Words(p, 0, 0), Words(p, 1, 0), Number(p, 2, 0) } : null);
    }

    // What the name of a container's key file begins with. MD5 of .NET refuses to run in FIPS mode.
    public static string KeyFile(string container)
    {
        byte[] name = Encoding.ASCII.GetBytes(container.ToLowerInvariant() + "\0"), hash = new byte[16];
        int length = hash.Length;
        Check(CryptHashCertificate(IntPtr.Zero, 0x8003, 0, name, name.Length, hash, ref length));  // CALG_MD5
        return string.Concat(Rows(4, i => BitConverter.ToUInt32(hash, 4 * i).ToString("x8")));
    }

    // Switches the privilege to back up, where the process holds it, and tells how it was.
    public static bool Backup(bool on)
    {
        byte was;
        RtlAdjustPrivilege(17, on, false, out was);  // SE_BACKUP_PRIVILEGE
        return was != 0;
    }

    // Owner, group and access list of a file or folder: READ_CONTROL, with FILE_FLAG_BACKUP_SEMANTICS and OPEN_REPARSE_POINT.
    public static string Sddl(string path)
    {
        return Read(Opened(CreateFileW(path, 0x20000, 7, IntPtr.Zero, 3, 0x2200000, IntPtr.Zero)), CloseHandle, file =>
        {
            byte[] descriptor = new byte[70000];  // a list has at most 64 KB
            int needed;
            Check(GetKernelObjectSecurity(file, 7, descriptor, descriptor.Length, out needed));
            return new RawSecurityDescriptor(descriptor, 0).GetSddlForm(AccessControlSections.All);
        });
    }

    // State and process id, by the right to query, which ordinary users have too.
    public static int[] Service(string name)
    {
        return Read(Opened(OpenSCManagerW(IntPtr.Zero, IntPtr.Zero, 1)), CloseServiceHandle, manager =>
            Read(Opened(OpenServiceW(manager, name, 4)), CloseServiceHandle, service =>
            {
                int[] status = new int[9];
                int needed;
                Check(QueryServiceStatusEx(service, 0, status, 36, out needed));
                return new int[] { status[1], status[7] };
            }));
    }

    // Who holds a right. Windows tells nobody as a failure.
    public static List<string> Holders(string right)
    {
        IntPtr policy;
        Check(LsaNtStatusToWinError(LsaOpenPolicy(IntPtr.Zero, new int[12], 0x801, out policy)));
        return Read(policy, LsaClose, opened =>
        {
            ushort length = (ushort)(right.Length * 2);
            LsaString asked = new LsaString() { Length = length, Maximum = length, Text = right };
            IntPtr list;
            int count, status = LsaEnumerateAccountsWithUserRight(opened, ref asked, out list, out count);
            if (status == unchecked((int)0x8000001A) || status == unchecked((int)0xC0000034))
                return new List<string>();
            Check(LsaNtStatusToWinError(status));
            return Read(list, LsaFreeMemory, p => Sids(p, count));
        });
    }

    // Members of a local group, not resolved: no domain controller is asked.
    public static List<string> Members(string sid)
    {
        string name = new SecurityIdentifier(sid).Translate(typeof(NTAccount)).Value;
        IntPtr list;
        int count, all, code = NetLocalGroupGetMembers(null, name.Substring(name.IndexOf('\\') + 1), 0, out list, 65536, out count, out all, IntPtr.Zero);
        Check(code == 234 ? 0 : code);  // more than fit
        return Read(list, NetApiBufferFree, p => Sids(p, count));
    }

    // Flags, age of the password in seconds, whether it is past, end of the account in seconds since 1970.
    public static long[] Account(string name)
    {
        IntPtr info;
        Check(NetUserGetInfo(null, name, 3, out info));
        return Read(info, NetApiBufferFree, p => new long[] { Number(p, 4, 8), Number(p, 2, 0), Number(p, 16, 48), Number(p, 11, 16) });
    }

    // Address, port and process id of each TCP listener of a family: 2 for IPv4, 23 for IPv6.
    public static List<object[]> Listeners(int family)
    {
        byte[] table = new byte[1 << 20];  // 18,000 listeners
        int size = table.Length;
        Check(GetExtendedTcpTable(table, ref size, false, family, 3, 0));
        return Rows(BitConverter.ToInt32(table, 0), i =>
        {
            bool four = family == 2;
            int row = 4 + i * (four ? 24 : 56), port = row + (four ? 8 : 20);
            byte[] address = new byte[four ? 4 : 16];
            Array.Copy(table, row + (four ? 4 : 0), address, 0, address.Length);
            long owner = BitConverter.ToUInt32(table, port + (four ? 12 : 32));
            return new object[] { new IPAddress(address).ToString(), table[port] << 8 | table[port + 1], owner };
        });
    }

    // Id, state, station, user and domain of each session.
    public static List<object[]> Sessions()
    {
        IntPtr list;
        int count, level = 1;
        Check(WTSEnumerateSessionsExW(IntPtr.Zero, ref level, 0, out list, out count));
        return Read(list, p => WTSFreeMemoryExW(2, p, count), p => Rows(count, i =>
        {
            IntPtr one = At(p, 6 * i, 8 * i);
            return new object[] { Number(one, 0, 8), (int)Number(one, 0, 4), Words(one, 1, 8), Words(one, 3, 8), Words(one, 4, 8) };
        }));
    }

    // Target, type, persistence, time and user of what is saved for Remote Desktop. The secret is not looked at.
    public static List<object[]> Credentials()
    {
        IntPtr list;
        int count;
        bool any = CredEnumerateW("TERMSRV/*", 0, out count, out list);
        if (!any && Marshal.GetLastWin32Error() == 1168)  // none saved
            return new List<object[]>();
        Check(any);
        return Read(list, CredFree, p => Rows(count, i =>
        {
            IntPtr one = Pointer(p, i, 0);
            return new object[] { Words(one, 0, 8), (int)Number(one, 0, 4), (int)Number(one, 4, 16), Marshal.ReadInt64(At(one, 2, 8)), Words(one, 6, 24) };
        }));
    }
}
}
