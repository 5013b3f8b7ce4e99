using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Storage.Protection;

/// <summary>
/// The one key above all others: from <c>Security:MasterKey</c>, else from <c>master.key</c> in the data directory, which is made
/// at the first start and readable by its owner only. Whoever has the database but not this key cannot read its secrets.
/// </summary>
internal sealed partial class MasterKey : IKeyMaterial
{
    /// <summary>Shorter ones can be guessed.</summary>
    public const int MinLength = 16;

    private const int KeyBytes = 32;
    private readonly byte[] _key;

    public MasterKey(GatewayOptions options, ILogger<MasterKey> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        var text = string.IsNullOrEmpty(options.MasterKey) ? ReadOrMake(options.DataDirectory, logger) : options.MasterKey.Trim();
        if (text.Length < MinLength)
            throw new InvalidOperationException($"Security:MasterKey has {text.Length} characters; at least {MinLength} are needed, for example the output of: openssl rand -base64 32");
        _key = HKDF.Extract(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(text), "openclaw-master-key"u8.ToArray());
    }

    public byte[] Derive(string purpose) => HKDF.Expand(HashAlgorithmName.SHA256, _key, KeyBytes, Encoding.UTF8.GetBytes(purpose));

    private static string ReadOrMake(string directory, ILogger logger)
    {
        var file = Path.Combine(directory, "master.key");
        if (!File.Exists(file)) Make(directory, file, logger);
        return File.ReadAllText(file).Trim();
    }

    /// <summary>Whole or not at all, and never over one that another process has made meanwhile.</summary>
    private static void Make(string directory, string file, ILogger logger)
    {
        Directory.CreateDirectory(directory);
        var temporary = $"{file}.{Guid.NewGuid():N}";
        try
        {
            Write(temporary);
            File.Move(temporary, file, overwrite: false);
            LogMade(logger, file);
        }
        catch (IOException) when (File.Exists(file))
        {
            LogFound(logger, file);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(path, options);
        stream.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
        stream.Flush(flushToDisk: true);
    }
}
