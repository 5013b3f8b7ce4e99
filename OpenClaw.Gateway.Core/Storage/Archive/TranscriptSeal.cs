using System.Runtime.InteropServices;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Storage.Archive;

/// <summary>What a transcript must be to be believed.</summary>
/// <param name="Messages">Lines with messages.</param>
/// <param name="Bytes">Bytes before compression.</param>
/// <param name="FileBytes">Bytes of the file.</param>
/// <param name="Hash">SHA-256 of the file.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TranscriptSeal(long Messages, long Bytes, long FileBytes, byte[] Hash)
{
    public static TranscriptSeal Of(ArchivedSession row) => new(row.Messages, row.Bytes, row.FileBytes, row.Hash);
}
