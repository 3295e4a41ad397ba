// Copyright: (c) 2026, rdpops.health contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
//NoWarn -Name CS0649
// What win_rdp_ops does and .NET cannot do exactly, with the questions that go before it. C# 5, what Windows PowerShell 5.1 compiles.
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ansible_collections.rdpops.health.plugins.module_utils._RdpEffects
{
    public static class Rdp
    {
        const int Most = 5000;  // rows of any list
        const int LongestValue = 1 << 20;  // bytes

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
        }

        [DllImport("advapi32", CharSet = CharSet.Unicode)]
        static extern int RegQueryValueExW(SafeHandle key, string name, IntPtr reserved, out int kind, byte[] data, ref int size);
        [DllImport("advapi32", CharSet = CharSet.Unicode)]
        static extern int RegSetValueExW(SafeHandle key, string name, int reserved, int kind, byte[] data, int size);
        [DllImport("advapi32", SetLastError = true)]
        static extern bool GetKernelObjectSecurity(SafeHandle handle, int parts, byte[] descriptor, int size, out int needed);
        [DllImport("advapi32", SetLastError = true)]
        static extern bool SetKernelObjectSecurity(SafeHandle handle, int parts, byte[] descriptor);
        [DllImport("ntdll")]
        static extern int RtlAdjustPrivilege(int privilege, bool enable, bool thread, out bool before);
        [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern SafeFileHandle CreateFileW(string path, uint access, int share, IntPtr attributes, int how, uint flags, IntPtr template);
        [DllImport("kernel32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern bool MoveFileExW(string from, string to, int flags);
        [DllImport("advapi32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern bool ChangeServiceConfigW(SafeHandle service, int kind, int start, int error, string path, string group, IntPtr tag, string needs,
            string account, string word, string shown);
        [DllImport("wtsapi32", SetLastError = true)]
        static extern bool WTSEnumerateSessionsExW(IntPtr server, ref int level, int filter, out IntPtr list, out int count);
        [DllImport("wtsapi32")]
        static extern bool WTSFreeMemoryExW(int kind, IntPtr list, int count);
        [DllImport("wtsapi32", SetLastError = true)]
        static extern bool WTSLogoffSession(IntPtr server, int session, bool wait);
        [DllImport("advapi32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern bool CredEnumerateW(string filter, int flags, out int count, out IntPtr list);
        [DllImport("advapi32")]
        static extern void CredFree(IntPtr buffer);
        [DllImport("advapi32", CharSet = CharSet.Unicode, SetLastError = true)]
        static extern bool CredDeleteW(string target, int kind, int flags);
        [DllImport("crypt32", SetLastError = true)]
        static extern bool CertControlStore(IntPtr store, int flags, int control, IntPtr parameter);

        static void Check(int code)
        {
            if (code != 0)
                throw new Win32Exception(code);
        }

        static void Check(bool done)
        {
            if (!done)
                throw new Win32Exception();
        }

        static List<object[]> Rows(int count, Func<int, object[]> row)
        {
            List<object[]> rows = new List<object[]>();
            for (int i = 0; i < Math.Min(count, Most); i++)
                rows.Add(row(i));
            return rows;
        }

        // Type number and bytes of a registry value, or null. Nothing is interpreted.
        public static object[] Value(SafeHandle key, string name)
        {
            int kind, size = 0, code = RegQueryValueExW(key, name, IntPtr.Zero, out kind, null, ref size);
            if (code == 2)
                return null;
            Check(size > LongestValue ? 234 : code);
            byte[] data = new byte[size];
            Check(RegQueryValueExW(key, name, IntPtr.Zero, out kind, data, ref size));
            Array.Resize(ref data, size);
            return new object[] { kind, data };
        }

        public static void SetValue(SafeHandle key, string name, int kind, byte[] data)
        {
            Check(RegSetValueExW(key, name, 0, kind, data, data.Length));
        }

        // Of a key, file or folder. Parts: 1 owner, 4 access list.
        public static byte[] Security(SafeHandle handle, int parts)
        {
            int size;
            GetKernelObjectSecurity(handle, parts, null, 0, out size);
            byte[] descriptor = new byte[size];
            Check(GetKernelObjectSecurity(handle, parts, descriptor, size, out size));
            return descriptor;
        }

        // Somebody else is made the owner by the privilege to restore alone.
        public static void Secure(SafeHandle handle, int parts, byte[] descriptor)
        {
            Privileged(() =>
            {
                Check(SetKernelObjectSecurity(handle, parts, descriptor));
                return 0;
            });
        }

        // A file or folder itself, never what a link leads to. The access list that is to be mended may keep administrators out.
        public static SafeFileHandle Open(string path, uint access)
        {
            return Privileged(() =>
            {
                SafeFileHandle file = CreateFileW(path, access, 7, IntPtr.Zero, 3, 0x2200000, IntPtr.Zero);
                Check(!file.IsInvalid);
                return file;
            });
        }

        // The privileges to back up (17) and restore (18) hold for one call.
        static T Privileged<T>(Func<T> call)
        {
            bool backup, restore, ignored;
            RtlAdjustPrivilege(17, true, false, out backup);
            RtlAdjustPrivilege(18, true, false, out restore);
            try
            {
                return call();
            }
            finally
            {
                RtlAdjustPrivilege(17, backup, false, out ignored);
                RtlAdjustPrivilege(18, restore, false, out ignored);
            }
        }

        // Within its volume, and on the disk when it returns.
        public static void Move(string from, string to)
        {
            Check(MoveFileExW(from, to, 8));
        }

        public static void SetStart(SafeHandle service, int start)
        {
            Check(ChangeServiceConfigW(service, -1, start, -1, null, null, IntPtr.Zero, null, null, null, null));
        }

        // Id and state.
        public static List<object[]> Sessions()
        {
            IntPtr list;
            int count, level = 1;
            Check(WTSEnumerateSessionsExW(IntPtr.Zero, ref level, 0, out list, out count));
            try
            {
                return Rows(count, i =>
                {
                    IntPtr row = new IntPtr(list.ToInt64() + (long)i * Marshal.SizeOf(typeof(SESSION)));
                    SESSION one = (SESSION)Marshal.PtrToStructure(row, typeof(SESSION));
                    return new object[] { (long)one.Id, (int)one.State };
                });
            }
            finally
            {
                WTSFreeMemoryExW(2, list, count);
            }
        }

        public static void LogOff(int session)
        {
            Check(WTSLogoffSession(IntPtr.Zero, session, true));
        }

        // Target, type and time of what is saved for Remote Desktop. The secret is not looked at.
        public static List<object[]> Credentials()
        {
            IntPtr list;
            int count;
            if (!CredEnumerateW("TERMSRV/*", 0, out count, out list))
            {
                int code = Marshal.GetLastWin32Error();
                Check(code == 1168 ? 0 : code);  // none saved
                return new List<object[]>();
            }
            try
            {
                return Rows(count, i =>
                {
                    CREDENTIAL one = (CREDENTIAL)Marshal.PtrToStructure(Marshal.ReadIntPtr(list, i * IntPtr.Size), typeof(CREDENTIAL));
                    return new object[] { Marshal.PtrToStringUni(one.Target), (int)one.Type, one.Written };
                });
            }
            finally
            {
                CredFree(list);
            }
        }

        public static void RemoveCredential(string target, int kind)
        {
            Check(CredDeleteW(target, kind, 0));
        }

        // What was done to a store goes to the disk now, and not when its last certificate is forgotten.
        public static void Commit(IntPtr store)
        {
            Check(CertControlStore(store, 0, 3, IntPtr.Zero));
        }
    }
}
