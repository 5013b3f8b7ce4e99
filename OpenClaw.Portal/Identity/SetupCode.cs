using System.Security.Cryptography;
using System.Text;

namespace OpenClaw.Portal.Identity;

/// <summary>
/// The one-time code that shows that the visitor reads the log of this machine. Forty bits; after some wrong guesses it is replaced,
/// so that guessing cannot go on.
/// </summary>
internal sealed class SetupCode
{
    /// <summary>Wrong guesses until a new code is made.</summary>
    public const int MaxGuesses = 20;

    /// <summary>No letters that look like others.</summary>
    private const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private readonly Lock _lock = new();
    private string _code = Make();
    private int _wrong;

    /// <summary>As shown to people: <c>XXXX-XXXX</c>.</summary>
    public string Text
    {
        get { lock (_lock) return $"{_code[..4]}-{_code[4..]}"; }
    }

    /// <summary>Compares in constant time. <paramref name="renewed"/> says that a new code was made after too many wrong ones.</summary>
    public bool Matches(string? guess, out bool renewed)
    {
        renewed = false;
        var letters = new string((guess ?? "").ToUpperInvariant().Where(char.IsAsciiLetterOrDigit).Take(64).ToArray());
        lock (_lock)
        {
            if (CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(letters)), SHA256.HashData(Encoding.UTF8.GetBytes(_code)))) return true;
            if (++_wrong < MaxGuesses) return false;
            (_code, _wrong, renewed) = (Make(), 0, true);
            return false;
        }
    }

    private static string Make() => RandomNumberGenerator.GetString(Letters, 8);
}
