using System.Security.Cryptography;
using System.Text;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>Keys of a fixed master key.</summary>
internal sealed class FakeKeys(string master = "test") : IKeyMaterial
{
    public byte[] Derive(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(master), 32, info: Encoding.UTF8.GetBytes(purpose));
}
