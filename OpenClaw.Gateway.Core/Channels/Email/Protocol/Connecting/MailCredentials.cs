using System.Text;

namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.Connecting;

/// <summary>Who signs in, and with what. Never prints its secret.</summary>
internal abstract class MailCredentials : IEquatable<MailCredentials>
{
    private readonly string _secret;

    private MailCredentials(string user, string secret)
    {
        User = user;
        _secret = secret;
    }

    public string User { get; }

    /// <summary>Takes the secret out of a text, in the forms in which it went over the wire: servers quote what they were sent.</summary>
    public string Redact(string text)
    {
        foreach (var form in (string[])[Whole(), Base64(Whole()), Base64(_secret), _secret])
            if (form.Length > 0) text = text.Replace(form, "…", StringComparison.Ordinal);
        return text;
    }

    /// <summary>The same user with the same secret, so that a connection that is signed in serves both.</summary>
    public bool Equals(MailCredentials? other) =>
        other is not null && other.GetType() == GetType() && string.Equals(other.User, User, StringComparison.Ordinal) && string.Equals(other._secret, _secret, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as MailCredentials);

    public override int GetHashCode() => HashCode.Combine(GetType(), User, _secret);

    public override string ToString() => GetType().Name;

    /// <summary>The initial response as a whole.</summary>
    protected abstract string Whole();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A password: AUTH PLAIN (RFC 4616), else the older LOGIN.</summary>
    public sealed class Password(string user, string password) : MailCredentials(user, password)
    {
        /// <summary>The initial response of PLAIN.</summary>
        public string Plain => Base64(Whole());

        /// <summary>The second answer of LOGIN; the first is the user.</summary>
        public string LoginPassword => Base64(_secret);

        public string LoginUser => Base64(User);

        protected override string Whole() => $"\0{User}\0{_secret}";
    }

    /// <summary>An access token: AUTH XOAUTH2 as Google and Microsoft define it.</summary>
    public sealed class Token(string user, string accessToken) : MailCredentials(user, accessToken)
    {
        public string Initial => Base64(Whole());

        protected override string Whole() => $"user={User}\u0001auth=Bearer {_secret}\u0001\u0001";
    }
}
