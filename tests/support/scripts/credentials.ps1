# Copyright: (c) 2026, rdpops.health contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)

# Saves a generic credential: target, user and password are the arguments.
$ErrorActionPreference = 'Stop'
Add-Type -TypeDefinition @'
using System;
using System.ComponentModel;
using System.Runtime.InteropServices;

public static class Saved
{
    [StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
    public struct Credential
    {
        public uint Flags, Type;
        public string Target, Comment;
        public long Written;
        public uint Size;
        public IntPtr Blob;
        public uint Persist, Attributes;
        public IntPtr List;
        public string Alias, User;
    }

    [DllImport("advapi32", CharSet = CharSet.Unicode, SetLastError = true)]
    public static extern bool CredWriteW(ref Credential credential, uint flags);

    public static void Put(string target, string user, string password)
    {
        Credential one = new Credential() { Type = 1, Target = target, User = user, Persist = 2, Size = (uint)password.Length * 2 };
        one.Blob = Marshal.StringToCoTaskMemUni(password);
        if (!CredWriteW(ref one, 0))
            throw new Win32Exception();
    }
}
'@
[Saved]::Put($args[0], $args[1], $args[2])
