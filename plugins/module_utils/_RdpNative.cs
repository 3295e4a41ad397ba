// Copyright: (c) 2026, rdpops.health contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
//NoWarn -Name CS0649
// The questions that .NET has no answer to. Read-only; C# 5, what Windows PowerShell 5.1 compiles.
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Principal;

namespace ansible_collections.rdpops.health.plugins.module_utils._RdpNative
{
    public static class Rdp
    {
        const int Most = 5000;  // rows of any list

        struct KEY_PROV_INFO
        {
            public IntPtr Container, Provider;
            public uint Type;
        }

        struct LSA_STRING
        {
            public ushort Length, Maximum;
            public IntPtr Buffer;
        }

        struct LSA_ATTRIBUTES
        {
            public int Length;
            public IntPtr Root, Name;
            public uint Attributes;
            public IntPtr Descriptor, Quality;
        }

        struct USER_INFO_3
        {
            public IntPtr Name, Word;
            public uint Age, Privilege;
            public IntPtr Home, Comment;
            public uint Flags;
            public IntPtr Script;
            public uint AuthFlags;
            public IntPtr FullName, Remark, Parameters, Stations;
            public uint LastLogon, LastLogoff, Expires, Storage, Units;
            public IntPtr Hours;
            public uint BadCount, Logons;
            public IntPtr Server;
            public uint Country, CodePage, Id, Group;
            public IntPtr Profile, Drive;
            public uint Expired;
        }

        struct SESSION
        {
            public uint Environment, State, Id;
            public IntPtr Station, Host, User, Domain, Farm;
        }

        struct CREDENTIAL
        {
            public uint Flags, Type;
            public IntPtr Target, Comment;
            public long Written;
            public uint BlobSize;
            public IntPtr Blob;
            public uint Persist, Attributes;
            public IntPtr AttributeList, Alias, User;
        }

        [DllImport("netapi32", CharSet = CharSet.Unicode)]
        static extern int NetGetJoinInformation(string server, out IntPtr name, out int status);

        [DllImport("netapi32", CharSet = CharSet.Unicode)]
        static extern int NetUserGetInfo(string server, string name, int level, out IntPtr info);

        [DllImport("netapi32", CharSet = CharSet.Unicode)]
        static extern int NetLocalGroupGetMembers(string server, string name, int level, out IntPtr list, int size, out int count, out int all, IntPtr resume);

        [DllImport("netapi32")]
        static extern int NetApiBufferFree(IntPtr buffer);

        [DllImport("crypt32")]
        static extern bool CertGetCertificateContextProperty(IntPtr context, uint id, IntPtr data, ref int size);

        [DllImport("advapi32")]
        static extern int LsaOpenPolicy(IntPtr system, ref LSA_ATTRIBUTES attributes, uint access, out IntPtr policy);

        [DllImport("advapi32")]
        static extern int LsaEnumerateAccountsWithUserRight(IntPtr policy, ref LSA_STRING right, out IntPtr list, out int count);

        [DllImport("advapi32")]
        static extern int LsaNtStatusToWinError(int status);

        [DllImport("advapi32")]
        static extern int LsaFreeMemory(IntPtr buffer);

        [DllImport("advapi32")]
        static extern int LsaClose(IntPtr policy);

        [DllImport("advapi32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern IntPtr OpenSCManagerW(string machine, string database, uint access);

        [DllImport("advapi32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern IntPtr OpenServiceW(IntPtr manager, string name, uint access);

        [DllImport("advapi32", SetLastError = true)]
        static extern bool QueryServiceStatusEx(IntPtr service, int level, int[] status, int size, out int needed);

        [DllImport("advapi32")]
        static extern bool CloseServiceHandle(IntPtr handle);

        [DllImport("advapi32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern bool CredEnumerateW(string filter, int flags, out int count, out IntPtr list);

        [DllImport("advapi32")]
        static extern void CredFree(IntPtr buffer);

        [DllImport("iphlpapi")]
        static extern int GetExtendedTcpTable(IntPtr table, ref int size, bool order, int family, int kind, int reserved);

        [DllImport("wtsapi32", SetLastError = true)]
        static extern bool WTSEnumerateSessionsExW(IntPtr server, ref int level, int filter, out IntPtr list, out int count);

        [DllImport("wtsapi32")]
        static extern bool WTSFreeMemoryExW(int kind, IntPtr list, int count);

        static void Check(int code)
        {
            if (code != 0)
                throw new Win32Exception(code);
        }

        static IntPtr Opened(IntPtr handle)
        {
            if (handle == IntPtr.Zero)
                throw new Win32Exception();
            return handle;
        }

        // Reads, and frees whatever comes of it.
        static T Read<T>(IntPtr buffer, Action<IntPtr> free, Func<IntPtr, T> read)
        {
            try
            {
                return read(buffer);
            }
            finally
            {
                free(buffer);
            }
        }

        static void FreeNet(IntPtr buffer)
        {
            NetApiBufferFree(buffer);
        }

        static string Text(IntPtr text)
        {
            return Marshal.PtrToStringUni(text) ?? "";
        }

        static T At<T>(IntPtr list, int index)
        {
            return (T)Marshal.PtrToStructure(new IntPtr(list.ToInt64() + (long)index * Marshal.SizeOf(typeof(T))), typeof(T));
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
            return Rows(count, i => new SecurityIdentifier(Marshal.ReadIntPtr(list, i * IntPtr.Size)).Value);
        }

        // Name of the domain or workgroup, and 3 for a domain.
        public static object[] Join()
        {
            IntPtr name;
            int status;
            Check(NetGetJoinInformation(null, out name, out status));
            return Read(name, FreeNet, p => new object[] { Text(p), status });
        }

        // Container, provider and its type of a certificate's key, or null. The key itself is not opened.
        public static object[] KeyProvider(IntPtr context)
        {
            int size = 0;
            if (!CertGetCertificateContextProperty(context, 2, IntPtr.Zero, ref size))
                return null;
            return Read(Marshal.AllocHGlobal(size), Marshal.FreeHGlobal, p =>
            {
                if (!CertGetCertificateContextProperty(context, 2, p, ref size))
                    return null;
                KEY_PROV_INFO info = At<KEY_PROV_INFO>(p, 0);
                return new object[] { Text(info.Container), Text(info.Provider), (long)info.Type };
            });
        }

        // State and process id. Only the right to query is asked for, which ordinary users have too.
        public static int[] Service(string name)
        {
            Action<IntPtr> close = p => CloseServiceHandle(p);
            return Read(Opened(OpenSCManagerW(null, null, 1)), close, manager => Read(Opened(OpenServiceW(manager, name, 4)), close, service =>
            {
                int[] status = new int[9];
                int needed;
                if (!QueryServiceStatusEx(service, 0, status, 36, out needed))
                    throw new Win32Exception();
                return new int[] { status[1], status[7] };
            }));
        }

        // Who holds a right. Nobody is an answer, which Windows tells as a failure.
        public static List<string> Holders(string right)
        {
            LSA_ATTRIBUTES attributes = new LSA_ATTRIBUTES();
            IntPtr policy;
            Check(LsaNtStatusToWinError(LsaOpenPolicy(IntPtr.Zero, ref attributes, 0x801, out policy)));
            return Read(policy, p => LsaClose(p), opened => Read(Marshal.StringToHGlobalUni(right), Marshal.FreeHGlobal, name =>
            {
                ushort length = (ushort)(right.Length * 2);
                LSA_STRING asked = new LSA_STRING() { Length = length, Maximum = length, Buffer = name };
                IntPtr list;
                int count, status = LsaEnumerateAccountsWithUserRight(opened, ref asked, out list, out count);
                if (status == unchecked((int)0x8000001A) || status == unchecked((int)0xC0000034))
                    return new List<string>();
                Check(LsaNtStatusToWinError(status));
                return Read(list, p => LsaFreeMemory(p), p => Sids(p, count));
            }));
        }

        // Members of a local group, not resolved: no domain controller is asked.
        public static List<string> Members(string sid)
        {
            string name = new SecurityIdentifier(sid).Translate(typeof(NTAccount)).Value;
            IntPtr list;
            int count, all, code = NetLocalGroupGetMembers(null, name.Substring(name.IndexOf('\\') + 1), 0, out list, 65536, out count, out all, IntPtr.Zero);
            if (code != 234)  // more than fit
                Check(code);
            return Read(list, FreeNet, p => Sids(p, count));
        }

        // Flags, age of the password in seconds, whether it is past, end of the account in seconds since 1970.
        public static long[] Account(string name)
        {
            IntPtr info;
            Check(NetUserGetInfo(null, name, 3, out info));
            USER_INFO_3 user = Read(info, FreeNet, p => At<USER_INFO_3>(p, 0));
            return new long[] { user.Flags, user.Age, user.Expired, user.Expires };
        }

        // Address, port and process id of each TCP listener of a family: 2 for IPv4, 23 for IPv6.
        public static List<object[]> Listeners(int family)
        {
            int size = 65536, code = 0;
            bool four = family == 2;
            for (int tries = 0; tries < 5; tries++)  // it may grow between two calls
            {
                List<object[]> rows = Read(Marshal.AllocHGlobal(size), Marshal.FreeHGlobal, p =>
                {
                    code = GetExtendedTcpTable(p, ref size, false, family, 3, 0);
                    return code != 0 ? null : Rows(Marshal.ReadInt32(p), i => Listener(new IntPtr(p.ToInt64() + 4 + i * (four ? 24 : 56)), four));
                });
                if (code != 122)
                {
                    Check(code);
                    return rows;
                }
            }
            throw new Win32Exception(code);
        }

        static object[] Listener(IntPtr row, bool four)
        {
            byte[] address = new byte[four ? 4 : 16];
            Marshal.Copy(four ? new IntPtr(row.ToInt64() + 4) : row, address, 0, address.Length);
            int port = four ? 8 : 20;
            int number = Marshal.ReadByte(row, port) << 8 | Marshal.ReadByte(row, port + 1);
            return new object[] { new IPAddress(address).ToString(), number, (long)(uint)Marshal.ReadInt32(row, four ? 20 : 52) };
        }

        // Id, state, station, user and domain of each session.
        public static List<object[]> Sessions()
        {
            IntPtr list;
            int count, level = 1;
            if (!WTSEnumerateSessionsExW(IntPtr.Zero, ref level, 0, out list, out count))
                throw new Win32Exception();
            return Read(list, p => WTSFreeMemoryExW(2, p, count), p => Rows(count, i =>
            {
                SESSION one = At<SESSION>(p, i);
                return new object[] { (long)one.Id, (int)one.State, Text(one.Station), Text(one.User), Text(one.Domain) };
            }));
        }

        // Target, type, persistence, time and user of what is saved for Remote Desktop. The secret is not looked at.
        public static List<object[]> Credentials()
        {
            IntPtr list;
            int count;
            if (!CredEnumerateW("TERMSRV/*", 0, out count, out list))
            {
                Win32Exception fault = new Win32Exception();
                if (fault.NativeErrorCode != 1168)  // none saved
                    throw fault;
                return new List<object[]>();
            }
            return Read(list, CredFree, p => Rows(count, i =>
            {
                CREDENTIAL one = At<CREDENTIAL>(Marshal.ReadIntPtr(p, i * IntPtr.Size), 0);
                return new object[] { Text(one.Target), (int)one.Type, (int)one.Persist, one.Written, Text(one.User) };
            }));
        }
    }
}
